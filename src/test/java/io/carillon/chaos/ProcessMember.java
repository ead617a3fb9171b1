package io.carillon.chaos;

import io.carillon.node.Carillon;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A node as a process of its own.
public final class ProcessMember implements Member {
    private static final long START_NANOS = 90_000_000_000L;

    private final int port;
    private final Map<String, Object> settings;
    private final Path log;
    private final List<String> options;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();
    private String classPath;
    private Process process;

    /// @param classPath where the product lies that it runs
    /// @param options of the JVM, on top of what every node has
    public ProcessMember(
            int port, Map<String, Object> settings, Path log, String classPath, String... options) {
        this.options = List.of(options);
        this.port = port;
        this.settings = settings;
        this.log = log;
        this.classPath = classPath;
    }

    /// @param next where the product lies that it runs from its next start on
    void becomes(String next) {
        classPath = next;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:MaxDirectMemorySize=128m",
                        "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-Dmicronaut.server.port=" + port);
        command.addAll(List.of("-cp", classPath, Carillon.class.getName()));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        awaitReady();
    }

    private void awaitReady() throws Exception {
        for (var end = System.nanoTime() + START_NANOS; !ready(); ) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("a node does not start, see " + log);
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    private boolean ready() throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/readiness"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void leave() throws Exception {
        // By its handle: destroying the process would close what it says.
        process.toHandle().destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("a node does not end, see " + log);
        }
    }

    @Override
    public void die() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /// Stops it in the middle of whatever it does.
    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String which) throws Exception {
        new ProcessBuilder("kill", which, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public long memory() throws IOException {
        if (process == null || !process.isAlive()) {
            return 0;
        }
        for (var line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024;
            }
        }
        return 0;
    }

    @Override
    public long reads() {
        return -1;
    }
}
