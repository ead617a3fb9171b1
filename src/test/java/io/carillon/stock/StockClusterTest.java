package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.auth.TestTokens;
import io.carillon.chaos.Balancer;
import io.carillon.chaos.ProcessMember;
import io.carillon.chaos.Proxy;
import io.carillon.conformance.FreePort;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;
import io.carillon.stock.StockClient.Version;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Two nodes as processes of their own behind HAProxy (without it: behind the tests' own balancer);
/// the one that everybody is on is killed (`kill -9`) while events flow.
///
/// `-Dcarillon.stock.events=100000` makes it longer.
@Timeout(300)
@Tag("F3")
@Tag("A6")
@Tag("C13")
@Aside
class StockClusterTest {
    private static final int EVENTS = Integer.getInteger("carillon.stock.events", 3_000);
    private static final String FAST = ",\"reconnectionDelay\":100,\"reconnectionDelayMax\":400";
    private static final String ANA = TestNode.token("acme", "ana", "writer");

    @Test
    void aNodeIsKilledAndNothingIsLostRepeatedOrOutOfOrder(@TempDir Path folder) throws Exception {
        var logs = Files.createDirectories(Path.of("target", "stock"));
        try (var database = PostgresFixture.databaseAside()) {
            var ports = List.of(FreePort.next(), FreePort.next(), FreePort.next());
            var first = member(database, ports.get(0), logs);
            var second = member(database, ports.get(1), logs);
            try {
                first.start();
                rules(database);
                try (var proxy = proxy(ports, folder, logs)) {
                    play(proxy.port(), database, first, second);
                }
            } finally {
                first.die();
                second.die();
            }
        }
    }

    private static void play(
            int port,
            PostgresFixture.FreshDatabase database,
            ProcessMember first,
            ProcessMember second)
            throws Exception {
        var clients = new ArrayList<StockClient>();
        try {
            for (var version : Version.values()) {
                for (var transports :
                        List.of("\"polling\"", "\"websocket\"", "\"polling\",\"websocket\"")) {
                    var options = "\"transports\":[" + transports + "]" + FAST;
                    var client = new StockClient(version, port, options);
                    clients.add(client);
                    client.enter("/", ANA, "");
                    client.expect("connect");
                    assertThat(client.ask("/", "join", "\"room:7\"")).containsEntry("ok", true);
                }
            }
            var writer = CompletableFuture.runAsync(() -> write(database));
            // Polls land on both from here on.
            second.start();
            for (var client : clients) {
                follow(client, 0, EVENTS / 3);
            }
            first.die();
            writer.join();
            for (var client : clients) {
                follow(client, EVENTS / 3, EVENTS);
            }
        } finally {
            clients.forEach(StockClient::close);
        }
    }

    /// Half of the events go to a room that was joined.
    private static void write(PostgresFixture.FreshDatabase database) {
        var sql =
                """
                do $$ begin
                  for n in 0..%d loop
                    perform carillon.emit('acme', (array['orders', 'room:7'])[1 + n %% 2],
                      'order.created', jsonb_build_object('n', n));
                    commit;
                    perform pg_sleep(0.001);
                  end loop;
                end $$
                """;
        execute(database, sql.formatted(EVENTS - 1));
    }

    private static void follow(StockClient client, int from, int to) {
        for (var n = from; n < to; n++) {
            var message =
                    client.await(heard ->
                            StockClient.is(heard, "connect")
                                    || "order.created".equals(heard.get("name")));
            while (StockClient.is(message, "connect")) {
                assertThat(message).containsEntry("recovered", true);
                message =
                        client.await(heard ->
                                StockClient.is(heard, "connect")
                                        || "order.created".equals(heard.get("name")));
            }
            assertThat(StockClient.number(message)).isEqualTo(n);
        }
    }

    private static void rules(PostgresFixture.FreshDatabase database) {
        execute(database, "select carillon.rule('orders')");
        execute(
                database,
                "select carillon.rule('room:{key}', members => 'select 1 where $1 is not null')");
    }

    private static void execute(PostgresFixture.FreshDatabase database, String sql) {
        try (var connection = database.asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ProcessMember member(
            PostgresFixture.FreshDatabase database, int port, Path logs) {
        var settings = new HashMap<String, Object>();
        settings.put("carillon.database.url", database.url());
        settings.put("carillon.database.user", database.superuser().user());
        settings.put("carillon.database.password", database.superuser().password());
        settings.put("carillon.database.pool-size", 4);
        settings.put("carillon.auth.secret", TestTokens.SECRET);
        settings.put("carillon.connection.max-gap", 100_000);
        settings.put("carillon.node.address", "127.0.0.1:" + port);
        var log = logs.resolve("node-" + port + ".log");
        var classPath = System.getProperty("java.class.path");
        // It lives for some seconds.
        var quickStart = "-XX:TieredStopAtLevel=1";
        return new ProcessMember(port, Map.copyOf(settings), log, classPath, quickStart);
    }

    private static Proxy proxy(List<Integer> ports, Path folder, Path logs) throws IOException {
        return Files.exists(Path.of("/usr/sbin/haproxy"))
                ? Proxy.Haproxy.start(ports, folder, logs)
                : new Proxy.Own(new Balancer(ports));
    }
}
