package io.carillon.chaos;

import io.carillon.auth.TestTokens;
import io.carillon.conformance.FreePort;
import io.carillon.oracle.Diary;
import io.carillon.oracle.Disturbances;
import io.carillon.oracle.Ground;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// Three nodes, a Postgres behind a [FaultProxy] for each, a balancer before them. What breaks it
/// is one thread's; connections may be asked for by all.
final class Cluster implements Ground, Disturbances, AutoCloseable {
    /// Where nodes run.
    enum Kind {
        /// In this JVM, behind our own balancer.
        LOCAL,

        /// As processes, behind HAProxy.
        PROCESSES
    }

    static final int NODES = 3;

    /// Events of one transaction above which a node may say reset.
    static final int BULK = 200;

    /// Missed events above which a node may say reset.
    static final int GAP = 5_000;

    private static final long READY_NANOS = 120_000_000_000L;

    final List<Member> members = new ArrayList<>();
    final List<FaultProxy> links = new ArrayList<>();
    final Clock clock;
    final Path folder;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();
    private final String classPath;
    private final Diary diary = new Diary(10_000);
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<Server> servers = new ArrayList<>();
    private volatile Server primary;
    private volatile boolean strict;
    private Proxy proxy;

    /// Nodes of this build.
    ///
    /// @param kind where the nodes run
    /// @param more settings of the nodes, on top of what all have
    Cluster(Kind kind, Map<String, Object> more) throws Exception {
        this(kind, more, System.getProperty("java.class.path"));
    }

    /// @param classPath where the product lies that processes run
    Cluster(Kind kind, Map<String, Object> more, String classPath) throws Exception {
        this.classPath = classPath;
        folder = Files.createTempDirectory("carillon-chaos-");
        clock = kind == Kind.PROCESSES ? Clock.make(folder) : Clock.none();
        primary = Server.make(Files.createDirectory(folder.resolve("postgres-0")), clock);
        servers.add(primary);
        try {
            start(kind, more);
        } catch (Exception failed) {
            close();
            throw failed;
        }
    }

    private void start(Kind kind, Map<String, Object> more) throws Exception {
        primary.start();
        var ports = new ArrayList<Integer>();
        for (var number = 0; number < NODES; number++) {
            ports.add(FreePort.next());
            var link = new FaultProxy(() -> primary.port());
            links.add(link);
            members.add(member(kind, ports.get(number), settings(link, more)));
        }
        for (var member : members) {
            member.start();
        }
        proxy =
                kind == Kind.LOCAL
                        ? new Proxy.Own(new Balancer(ports))
                        : Proxy.Haproxy.start(ports, folder, logs());
    }

    private Member member(Kind kind, int port, Map<String, Object> settings) throws IOException {
        return switch (kind) {
            case LOCAL -> new LocalMember(port, settings);
            case PROCESSES -> {
                var log = logs().resolve("node" + (members.size() + 1) + ".log");
                Files.deleteIfExists(log);
                yield new ProcessMember(port, settings, log, classPath);
            }
        };
    }

    private static Path logs() throws IOException {
        return Files.createDirectories(Path.of("target", "chaos"));
    }

    private Map<String, Object> settings(FaultProxy link, Map<String, Object> more) {
        var all = new HashMap<String, Object>();
        all.put("carillon.database.url", "postgresql://127.0.0.1:" + link.port() + "/carillon");
        all.put("carillon.database.user", "postgres");
        all.put("carillon.database.password", primary.password());
        all.put("carillon.database.pool-size", 4);
        all.put("carillon.database.pool-wait", "2s");
        all.put("carillon.auth.secret", TestTokens.SECRET);
        all.put("carillon.tail.bulk", BULK);
        all.put("carillon.connection.max-gap", GAP);
        all.put("carillon.connection.stall-timeout", "3s");
        all.put("carillon.connection.ping-interval", "5s");
        all.put("carillon.connection.ahead-timeout", "20s");
        all.put("carillon.transport.write-buffer", 16_384);
        all.put("carillon.drain.notice", "3s");
        all.put("carillon.drain.spread", "2s");
        all.putAll(more);
        return all;
    }

    /// Something is done to the cluster.
    void told(String what) {
        counts.merge(what.split(":", 2)[0], 1, Integer::sum);
        diary.note(what);
    }

    Server primary() {
        return primary;
    }

    /// Another server is the primary from now on; the nodes' connections to the old one end.
    void primary(Server next) throws IOException {
        primary = next;
        for (var link : links) {
            link.cut();
        }
    }

    /// @param server to be stopped with the cluster
    Server keep(Server server) {
        servers.add(server);
        return server;
    }

    /// @param strict whether no client may see an answer 5xx other than "unavailable"
    void strict(boolean strict) {
        this.strict = strict;
    }

    @Override
    public int port() {
        return proxy.port();
    }

    @Override
    public boolean up() {
        return strict;
    }

    @Override
    public Connection superuser() throws SQLException {
        return primary.superuser();
    }

    @Override
    public Connection application(String name) throws SQLException {
        return primary.connect("application", "application", name);
    }

    @Override
    public Diary diary() {
        return diary;
    }

    @Override
    public Map<String, Integer> counts() {
        return counts;
    }

    /// Returns when every node says that it is ready.
    void awaitReady() throws Exception {
        var end = System.nanoTime() + READY_NANOS;
        for (var member : members) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + member.port()
                                                    + "/health/readiness"))
                            .timeout(Duration.ofSeconds(2))
                            .build();
            while (!ready(request)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("the node at " + member.port() + " is not ready");
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private boolean ready(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// @return the most that a node holds in memory, bytes
    long memory() throws IOException {
        var most = 0L;
        for (var member : members) {
            most = Math.max(most, member.memory());
        }
        return most;
    }

    @Override
    public void close() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        for (var member : members) {
            member.die();
        }
        for (var link : links) {
            link.close();
        }
        for (var server : servers) {
            server.stop();
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
