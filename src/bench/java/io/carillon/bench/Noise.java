package io.carillon.bench;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.locks.LockSupport;

/// A tenant that does not care about limits, as a process: connects whenever it is let in, has its
/// whole backlog told and sends commands as fast as it can.
final class Noise {
    /// Names of environment variables: who it is, and from where it wants everything.
    static final String TOKEN = "NOISE_TOKEN";

    static final String CURSOR = "NOISE_CURSOR";

    private static final int COMMANDS = 1_000;
    private static final long BETWEEN_COMMANDS_NANOS = 2_000_000;
    private static final long BETWEEN_ATTEMPTS_NANOS = 100_000_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    private Noise(int port) {
        this.port = port;
    }

    /// @param arguments the node's port, and how many connections are tried for at a time
    public static void main(String[] arguments) throws InterruptedException {
        var noise = new Noise(Integer.parseInt(arguments[0]));
        for (var number = 0; number < Integer.parseInt(arguments[1]); number++) {
            var unused = Thread.ofVirtual().start(noise::disturb);
        }
        System.out.println("noise");
        Thread.sleep(Long.MAX_VALUE);
    }

    private void disturb() {
        while (true) {
            try {
                var socket =
                        Noisy.open(http, port, System.getenv(TOKEN), new WebSocket.Listener() {});
                socket.sendText(
                                "{\"id\":1,\"command\":\"subscribe\",\"channels\":[\"load\"],\"cursor\":\""
                                        + System.getenv(CURSOR)
                                        + "\"}",
                                true)
                        .join();
                for (var number = 0; number < COMMANDS && !socket.isOutputClosed(); number++) {
                    socket.sendText("{\"id\":2,\"command\":\"ping\"}", true).join();
                    LockSupport.parkNanos(BETWEEN_COMMANDS_NANOS);
                }
                socket.abort();
            } catch (RuntimeException refused) {
                LockSupport.parkNanos(BETWEEN_ATTEMPTS_NANOS);
            }
        }
    }
}
