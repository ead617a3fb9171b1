package io.carillon.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Folders of an embedded Postgres that are made once in this JVM and copied for each test: initdb
/// and the migrations take seconds, a copy a tenth of one.
///
/// The copies have one system identifier and one password, and each a port of its own. Safe for all
/// threads.
public final class Prepared {
    private static final Map<String, Path> MADE = new HashMap<>();

    /// Belong to the process that made them.
    private static final Set<String> OWN = Set.of("lock", "port", "log");

    private Prepared() {}

    /// Makes what is copied.
    public interface Maker {
        /// @param postgres not started; stopped afterwards
        void make(EmbeddedPostgres postgres) throws Exception;
    }

    /// @param name of what is prepared
    /// @param folder where it is copied to; one that has data already is left as it is
    /// @param maker called for the first of this name
    /// @return the Postgres of the folder, not started
    public static EmbeddedPostgres copy(String name, Path folder, Maker maker) {
        try {
            if (!Files.exists(folder.resolve("data"))) {
                copy(made(name, maker), folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new EmbeddedPostgres(PostgresFixture.config(folder));
    }

    private static synchronized Path made(String name, Maker maker) throws IOException {
        var known = MADE.get(name);
        if (known != null) {
            return known;
        }
        var folder = Files.createTempDirectory("carillon-prepared-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> PostgresFixture.delete(folder)));
        try (var postgres = new EmbeddedPostgres(PostgresFixture.config(folder))) {
            maker.make(postgres);
        } catch (IOException | RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(name, failed);
        }
        MADE.put(name, folder);
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var relative = from.relativize(file);
                if (!OWN.contains(relative.toString())) {
                    Files.copy(
                            file,
                            to.resolve(relative),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
