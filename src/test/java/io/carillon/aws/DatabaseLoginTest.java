package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.database.Database;
import io.carillon.database.DatabaseStart;
import io.carillon.database.Login;
import io.carillon.database.Logins;
import io.carillon.database.OpenDatabase;
import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The login to Postgres rotates under load, and IAM tokens are made for each connection.
@Tag("F10")
@Timeout(90)
class DatabaseLoginTest {
    private final AwsStub aws = new AwsStub();

    @AfterEach
    void stop() {
        aws.close();
    }

    private TestNode node(PostgresFixture.FreshDatabase database) {
        return CloudNode.start(
                database,
                "secretsmanager",
                aws.url(),
                "carillon.aws.secrets.database-login",
                "login",
                "carillon.aws.secrets.refresh",
                "1s",
                "carillon.database.owner-user",
                database.superuser().user(),
                "carillon.database.owner-password",
                database.superuser().password(),
                "carillon.database.user",
                "from-the-secret");
    }

    private void tell(Login login) {
        aws.put(
                "login",
                "{\"username\":\"%s\",\"password\":\"%s\"}"
                        .formatted(login.user(), login.password()));
    }

    @Test
    void aRotationUnderLoadDropsNoConnection() throws Exception {
        var database = PostgresFixture.freshDatabase();
        var user = database.name() + "_web";
        var other = user + "2";
        superuser(database, "create role " + user + " login password 'first'");
        superuser(database, "create role " + other + " login password 'third'");
        superuser(database, "grant carillon_runtime to " + user + ", " + other);
        tell(new Login(user, "first"));
        try (var node = node(database)) {
            var work = new Work(node.bean(Database.class));
            try {
                work.awaitSome();
                assertThat(node.ask(users())).isEqualTo(user);

                // The password changes before the secret does, as a rotation does it: whoever
                // connects in between is refused.
                superuser(database, "alter role " + user + " password 'second'");
                tell(new Login(user, "second"));
                node.bean(OpenDatabase.class).renew();
                work.awaitSome();

                // Another user, as a rotation between two does it.
                tell(new Login(other, "third"));
                Waiting.until(() -> other.equals(node.ask(users())));
                work.awaitSome();
            } finally {
                work.stop();
            }
            assertThat(work.failures()).isZero();
        } finally {
            try (var fresh = PostgresFixture.freshDatabase()) {
                superuser(fresh, "drop role if exists " + user);
                superuser(fresh, "drop role if exists " + other);
            }
        }
    }

    /// Who the idle part of the pool is logged in as: at first and at last one.
    private static String users() {
        return "select string_agg(distinct usename, ',') from pg_stat_activity where datname ="
                + " current_database() and application_name = 'carillon pool'";
    }

    private static void superuser(PostgresFixture.FreshDatabase database, String sql)
            throws SQLException {
        try (var connection = database.asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Transactions without a pause, from three threads.
    private static final class Work {
        private final AtomicBoolean going = new AtomicBoolean(true);
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> workers = new ArrayList<>();

        Work(Database database) {
            for (var i = 0; i < 3; i++) {
                workers.add(threads.submit(() -> run(database)));
            }
        }

        private void run(Database database) {
            while (going.get()) {
                try {
                    database.read(connection -> {
                        try (var statement = connection.createStatement()) {
                            return statement.execute("select pg_sleep(0.002)");
                        }
                    });
                    done.incrementAndGet();
                } catch (RuntimeException broken) {
                    broken.printStackTrace();
                    failed.incrementAndGet();
                }
            }
        }

        void awaitSome() {
            var goal = done.get() + 200;
            Waiting.until(() -> done.get() > goal || failed.get() > 0);
        }

        long failures() {
            return failed.get();
        }

        void stop() throws Exception {
            going.set(false);
            for (var worker : workers) {
                worker.get();
            }
            threads.close();
        }
    }

    @Test
    void anIamTokenIsMadeForEachConnectionAndBothLogins() throws SQLException {
        var logins =
                new IamLogins(
                        new IamLoginSettings(true),
                        new SecretSettings("", "", "", Duration.ofMinutes(1)),
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEXAMPLE", "wJalrXUtnFEMI")),
                        () -> Region.EU_CENTRAL_1);

        var web = logins.working(new Login("carillon_web", ""), "db.example.com:5432");
        var deploy = logins.owner(new Login("carillon_deploy", ""), "db.example.com:5432");

        assertThat(web.user()).isEqualTo("carillon_web");
        assertThat(web.password())
                .startsWith("db.example.com:5432/?")
                .contains("Action=connect", "DBUser=carillon_web", "X-Amz-Expires=900");
        assertThat(deploy.password()).contains("DBUser=carillon_deploy");
    }

    @Test
    void everyConnectionAsksForItsLogin() {
        try (var database = PostgresFixture.freshDatabase()) {
            var asked = new AtomicLong();
            var logins =
                    new Logins() {
                        @Override
                        public Login working(Login configured, String hosts) {
                            asked.incrementAndGet();
                            return configured;
                        }

                        @Override
                        public Login owner(Login configured, String hosts) {
                            return configured;
                        }
                    };
            try (var open = DatabaseStart.open(database.config(), logins)) {
                var before = asked.get();
                closed(open.database().open("first"));
                closed(open.database().open("second"));
                assertThat(asked.get()).isEqualTo(before + 2);
            }
        }
    }

    private static void closed(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
