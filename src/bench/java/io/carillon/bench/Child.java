package io.carillon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that this one started, pinned to a core, with its output in a file. It is stopped when
/// this process ends, however that comes about.
final class Child implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final String name;
    private final Thread hook;

    private Child(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// @param name for messages and its output file
    /// @param core which core it may use, or -1 for any
    static Child start(
            String name, int core, Path directory, Map<String, String> env, List<String> command) {
        var line = new ArrayList<String>();
        if (core >= 0) {
            line.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        line.addAll(command);
        try {
            var output = Files.createDirectories(Results.DIRECTORY).resolve(name + ".log");
            var builder =
                    new ProcessBuilder(line)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().putAll(env);
            return new Child(name, builder.start(), output);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    long pid() {
        return process.pid();
    }

    /// @param text part of a line that the process prints when it is ready
    void awaitOutput(String text, int seconds) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!printed(text)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not start: see " + output);
            }
            Fleet.pause(50);
        }
    }

    private boolean printed(String text) {
        try (BufferedReader reader = Files.newBufferedReader(output)) {
            return reader.lines().anyMatch(line -> line.contains(text));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @return a port that is free now
    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @param command runs to its end; its output is an error's text
    static void run(Path directory, List<String> command) {
        var unused = text(directory, command);
    }

    /// @param command runs to its end
    /// @return its output
    static String text(List<String> command) {
        return text(Path.of("."), command);
    }

    private static String text(Path directory, List<String> command) {
        try {
            var process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            var text = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + text);
            }
            return text;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
