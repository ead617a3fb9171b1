package io.carillon.database;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// One Postgres per test JVM, and as many fresh, migrated databases in it as tests ask for; a
/// second one for classes that run beside the others.
///
/// The embedded one without fsync by default.
/// `-Dtest.postgres.url=postgresql://user:password@host:5432/postgres` takes another one instead (a
/// superuser's login), for example version 15: the same tests, other Postgres.
public final class PostgresFixture {
    /// The application whose tables are watched: an ordinary login that owns schema `public`.
    public static final Login APPLICATION = new Login("application", "application");

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static @Nullable PostgresFixture shared;
    private static @Nullable PostgresFixture aside;

    private final String hosts;
    private final Login superuser;
    private final String template;

    private PostgresFixture(String hosts, Login superuser, String template) {
        this.hosts = hosts;
        this.superuser = superuser;
        this.template = template;
    }

    private PostgresFixture migrated() {
        sql("postgres", "create database " + template);
        sql(
                "postgres",
                "do $$ begin if to_regrole('application') is null then"
                        + " create role application login password 'application'; end if; end $$");
        sql(template, "grant all on schema public to application");
        open().close();
        return this;
    }

    private OpenDatabase open() {
        return DatabaseStart.open(DatabaseConfig.of(url(template), superuser));
    }

    private static PostgresFixture on(EmbeddedPostgres postgres, String template) {
        return new PostgresFixture("127.0.0.1:" + postgres.port(), postgres.login(), template);
    }

    /// @return a new database with carillon's schema in it; closing it drops it
    public static FreshDatabase freshDatabase() {
        return fresh(shared());
    }

    /// @return the same on another Postgres, for classes that are [io.carillon.Aside]
    public static FreshDatabase databaseAside() {
        return fresh(aside());
    }

    private static FreshDatabase fresh(PostgresFixture fixture) {
        var name = newName();
        fixture.sql("postgres", "create database " + name + " template " + fixture.template);
        return new FreshDatabase(fixture, name, null, null);
    }

    /// @return a new database on a Postgres of its own that dates commits; closing it stops that
    public static FreshDatabase datingCommits() {
        try {
            var folder = Files.createTempDirectory("carillon-dating-");
            var postgres = Prepared.copy("dating", folder, PostgresFixture::dating);
            postgres.start();
            var fixture = on(postgres, "dating");
            return new FreshDatabase(fixture, fixture.template, postgres, folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void dating(EmbeddedPostgres postgres) {
        postgres.start();
        sql(postgres, "alter system set track_commit_timestamp = on");
        var unused = on(postgres, "dating").migrated();
    }

    private static void sql(EmbeddedPostgres postgres, String sql) {
        var login = postgres.login();
        try (var connection =
                        DriverManager.getConnection(
                                postgres.jdbcUrl("postgres"), login.user(), login.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /// @param folder of its own
    /// @return a Postgres of one's own, not started: for tests that kill it or make roles in it
    public static EmbeddedPostgres separate(Path folder) {
        return Prepared.copy("empty", folder, EmbeddedPostgres::start);
    }

    /// @param postgres runs; its database gets the schema
    public static void migrate(EmbeddedPostgres postgres) {
        on(postgres, EmbeddedPostgres.DATABASE).open().close();
    }

    static EmbeddedConfig config(Path folder) {
        return new EmbeddedConfig(
                folder.toString(), Path.of("target", "postgres-binaries").toString(), 0, false);
    }

    static String newName() {
        return "t_" + ProcessHandle.current().pid() + "_" + NAMES.incrementAndGet();
    }

    private static synchronized PostgresFixture shared() {
        if (shared == null) {
            shared = make();
        }
        return shared;
    }

    private static synchronized PostgresFixture aside() {
        if (aside == null) {
            aside = make();
        }
        return aside;
    }

    private static PostgresFixture make() {
        var given = System.getProperty("test.postgres.url", "");
        if (!given.isEmpty()) {
            var address = DatabaseAddress.parse(given);
            var fixture =
                    new PostgresFixture(address.hosts(), address.login(), newName()).migrated();
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() ->
                                    fixture.sql("postgres", "drop database " + fixture.template)));
            return fixture;
        }
        try {
            var folder = Files.createTempDirectory("carillon-test-");
            var postgres = separate(folder);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> {
                                postgres.stop();
                                delete(folder);
                            }));
            postgres.start();
            // Most of what a connection costs is the proof of its password.
            sql(
                    postgres,
                    "set scram_iterations = 1; alter role %s password '%s'"
                            .formatted(postgres.login().user(), postgres.login().password()));
            return on(postgres, newName()).migrated();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException left) {
            System.err.println("left behind: " + folder + ": " + left);
        }
    }

    private String url(String database) {
        return "postgresql://" + hosts + "/" + database;
    }

    private Connection connect(String database, Login login) throws SQLException {
        return DriverManager.getConnection("jdbc:" + url(database), login.user(), login.password());
    }

    private void sql(String database, String sql) {
        try (var connection = connect(database, superuser);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /// A database of one test.
    public static final class FreshDatabase implements AutoCloseable {
        private final PostgresFixture fixture;
        private final String name;
        private final @Nullable EmbeddedPostgres own;
        private final @Nullable Path folder;
        private @Nullable OpenDatabase open;

        private FreshDatabase(
                PostgresFixture fixture,
                String name,
                @Nullable EmbeddedPostgres own,
                @Nullable Path folder) {
            this.own = own;
            this.folder = folder;
            this.fixture = fixture;
            this.name = name;
        }

        public String name() {
            return name;
        }

        /// @return `postgresql://…`, without login
        public String url() {
            return fixture.url(name);
        }

        /// @return what the product needs to open it, as one privileged login
        public DatabaseConfig config() {
            return DatabaseConfig.of(url(), fixture.superuser);
        }

        /// @return the product's way in: pool and single connections as the runtime role
        public synchronized Database database() {
            if (open == null) {
                open = DatabaseStart.open(config());
            }
            return open.database();
        }

        public Login superuser() {
            return fixture.superuser;
        }

        /// @return a new connection; the caller closes it, as all of these
        public Connection asSuperuser() throws SQLException {
            return fixture.connect(name, fixture.superuser);
        }

        /// @return a connection that works as the owner of carillon's schema
        public Connection asOwner() throws SQLException {
            return as(Roles.OWNER);
        }

        /// @return a connection that works as the running product
        public Connection asRuntime() throws SQLException {
            return as(Roles.RUNTIME);
        }

        /// @return a connection of the application, which owns its tables and nothing of carillon's
        public Connection asApplication() throws SQLException {
            return fixture.connect(name, APPLICATION);
        }

        private Connection as(String role) throws SQLException {
            var connection = asSuperuser();
            Roles.setRole(connection, role);
            return connection;
        }

        @Override
        public synchronized void close() {
            if (open != null) {
                open.close();
            }
            fixture.sql("postgres", "drop database " + name + " with (force)");
            if (own != null) {
                own.stop();
                delete(folder);
            }
        }

        /// @return the Postgres that this database has to itself
        public EmbeddedPostgres postgres() {
            return java.util.Objects.requireNonNull(own);
        }
    }
}
