package io.carillon.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// S3Mock in a process of its own; the build puts it in `target/s3mock`.
final class S3Process implements AutoCloseable {
    private static final Pattern PORT =
            Pattern.compile("Tomcat started on ports \\d+ \\(https\\), (\\d+) \\(http\\)");

    private final Process process;
    private final String url;

    S3Process() {
        var jar = Path.of("target", "s3mock", "s3mock-exec.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: the build puts it there");
        }
        try {
            process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx192m",
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-jar",
                                    jar.toString(),
                                    "--server.port=0",
                                    "--http.port=0",
                                    "--server.address=127.0.0.1")
                            .redirectErrorStream(true)
                            .start();
            url = "http://127.0.0.1:" + port(process.inputReader());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String port(BufferedReader log) throws IOException {
        for (var line = log.readLine(); line != null; line = log.readLine()) {
            var started = PORT.matcher(line);
            if (started.find()) {
                Thread.ofVirtual().start(() -> swallow(log));
                return started.group(1);
            }
        }
        throw new IOException("S3Mock ended before it had started");
    }

    private static void swallow(BufferedReader log) {
        try {
            while (log.readLine() != null) {
                // So that it never waits for us.
            }
        } catch (IOException ended) {
            // With the process.
        }
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
