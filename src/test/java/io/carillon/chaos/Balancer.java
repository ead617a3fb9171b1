package io.carillon.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A small balancer of TCP connections: asks each node whether it is ready, ten times a second, and
/// gives each new connection to the ready node that has the fewest. Connections that are there
/// stay. Safe for all threads.
public final class Balancer implements AutoCloseable {
    private static final long LOOK_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final List<Target> targets;
    private final ServerSocket door;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofMillis(500))
                    .build();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Thread> checks;
    private volatile boolean over;

    private static final class Target {
        final int port;
        final AtomicInteger connections = new AtomicInteger();
        volatile boolean ready;

        Target(int port) {
            this.port = port;
        }
    }

    /// @param ports of the nodes
    public Balancer(List<Integer> ports) throws IOException {
        targets = ports.stream().map(Target::new).toList();
        door = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        checks =
                targets.stream()
                        .map(target -> Thread.ofVirtual().start(() -> check(target)))
                        .toList();
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /// @param port of a node
    /// @return whether it gets connections
    boolean sends(int port) {
        return targets.stream().anyMatch(target -> target.port == port && target.ready);
    }

    private void check(Target target) {
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + target.port + "/health/readiness"))
                        .timeout(Duration.ofSeconds(1))
                        .build();
        while (!over) {
            try {
                target.ready =
                        http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
                                == 200;
            } catch (IOException down) {
                target.ready = false;
            } catch (InterruptedException end) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = door.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            for (var end = System.nanoTime() + PATIENCE_NANOS;
                    !over && System.nanoTime() < end;
                    LockSupport.parkNanos(LOOK_NANOS / 5)) {
                var chosen =
                        targets.stream()
                                .filter(target -> target.ready)
                                .min(Comparator.comparingInt(target -> target.connections.get()));
                if (chosen.isPresent() && serve(client, chosen.get())) {
                    return;
                }
            }
        } catch (IOException gone) {
            // One of the two has left; the other follows.
        } finally {
            sockets.remove(client);
        }
    }

    /// @return false when the node could not be reached
    private boolean serve(Socket client, Target target) throws IOException {
        try (var node = new Socket()) {
            try {
                node.connect(new InetSocketAddress("127.0.0.1", target.port), 500);
            } catch (IOException refused) {
                target.ready = false;
                return false;
            }
            client.setTcpNoDelay(true);
            node.setTcpNoDelay(true);
            target.connections.incrementAndGet();
            sockets.add(node);
            try {
                Thread.ofVirtual().start(() -> back(node, client));
                client.getInputStream().transferTo(node.getOutputStream());
                return true;
            } finally {
                target.connections.decrementAndGet();
                sockets.remove(node);
            }
        }
    }

    private static void back(Socket node, Socket client) {
        try (node;
                client) {
            // Small, so that a client that does not read is felt by the node.
            var bytes = new byte[8_192];
            var in = node.getInputStream();
            for (var count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                client.getOutputStream().write(bytes, 0, count);
            }
        } catch (IOException gone) {
            // One of the two has left; the other follows.
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        checks.forEach(Thread::interrupt);
        door.close();
        for (var socket : sockets) {
            socket.close();
        }
        http.shutdownNow();
    }
}
