package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs `initdb` and `pg_ctl`.
///
/// Postgres refuses to run as root. As root they run in a user namespace of their own (`unshare
/// -U`), in which they are nobody in particular and own the same files.
final class PostgresPrograms {
    private final Path home;
    private final List<String> prefix;

    /// What a program said.
    ///
    /// @param code its exit code, 0 is success
    /// @param output standard output and error
    record Said(int code, String output) {
        boolean failed() {
            return code != 0;
        }
    }

    /// @param home folder with `bin`
    PostgresPrograms(Path home) throws IOException {
        this.home = home;
        this.prefix = isRoot() ? List.of("unshare", "-U") : List.of();
        if (!prefix.isEmpty()) {
            var said = run(List.of("unshare", "-U", "true"));
            if (said.failed()) {
                throw new ConfigurationException(
                        "Postgres does not run as root, and a user namespace is refused here ("
                                + said.output().strip()
                                + "): start Carillon as another user, or set"
                                + " CARILLON_DATABASE_URL");
            }
        }
    }

    Said initdb(String... arguments) throws IOException {
        return program("initdb", arguments);
    }

    Said pgCtl(String... arguments) throws IOException {
        return program("pg_ctl", arguments);
    }

    /// @return the major version of the programs, e.g. `18`
    String majorVersion() throws IOException {
        // "postgres (PostgreSQL) 18.6"
        var words = program("postgres", "--version").output().strip().split(" ");
        return words[words.length - 1].split("[.]")[0];
    }

    private Said program(String name, String... arguments) throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(home.resolve("bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Said run(List<String> command) throws IOException {
        // Into a file: a pipe would be inherited by the postmaster, and reading it would wait for
        // its end.
        var output = Files.createTempFile("carillon-postgres", ".txt");
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Said(-1, "no answer within 120 s");
            }
            return new Said(process.exitValue(), Files.readString(output));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.getFirst(), interrupted);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException withoutProc) {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}
