package io.carillon.chaos;

import io.carillon.conformance.FreePort;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What stands before the nodes.
public sealed interface Proxy extends AutoCloseable {
    int port();

    @Override
    void close() throws IOException;

    /// Our own, in this JVM.
    record Own(Balancer balancer) implements Proxy {
        @Override
        public int port() {
            return balancer.port();
        }

        @Override
        public void close() throws IOException {
            balancer.close();
        }
    }

    /// HAProxy with the configuration of `infra/haproxy`.
    record Haproxy(int port, Process process) implements Proxy {
        public static Haproxy start(List<Integer> nodes, Path folder, Path logs)
                throws IOException {
            var port = FreePort.next();
            var builder =
                    new ProcessBuilder("haproxy", "-db", "-f", "infra/haproxy/haproxy.cfg")
                            .redirectErrorStream(true)
                            .redirectOutput(logs.resolve("haproxy.log").toFile());
            var environment = builder.environment();
            environment.put("CARILLON_LISTEN", "127.0.0.1:" + port);
            environment.put("CARILLON_HAPROXY_SOCKET", folder.resolve("haproxy.sock").toString());
            for (var number = 0; number < nodes.size(); number++) {
                environment.put("CARILLON_NODE" + (number + 1), "127.0.0.1:" + nodes.get(number));
            }
            Process process;
            try {
                process = builder.start();
            } catch (IOException missing) {
                throw new IOException(
                        "the long run needs HAProxy: apt-get install haproxy", missing);
            }
            var started = new Haproxy(port, process);
            started.await();
            return started;
        }

        private void await() throws IOException {
            while (true) {
                try (var socket = new Socket("127.0.0.1", port)) {
                    return;
                } catch (IOException notYet) {
                    if (!process.isAlive()) {
                        throw new IOException("HAProxy does not start", notYet);
                    }
                    LockSupport.parkNanos(50_000_000);
                }
            }
        }

        @Override
        public void close() throws IOException {
            try {
                process.destroy();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
