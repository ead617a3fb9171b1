package io.carillon.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The time of day as Postgres sees it, if this machine can compile `src/test/native/clock.c`. Safe
/// for all threads.
final class Clock {
    private final Path library;
    private final Path file;

    private Clock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /// @param folder for the library and the file that holds the offset
    static Clock make(Path folder) throws Exception {
        var library = folder.resolve("clock.so");
        var file = folder.resolve("clock");
        var clock = new Clock(library, file);
        clock.step(0);
        try {
            var compiler =
                    new ProcessBuilder(
                                    "gcc",
                                    "-O2",
                                    "-shared",
                                    "-fPIC",
                                    "-o",
                                    library.toString(),
                                    "src/test/native/clock.c",
                                    "-ldl")
                            .inheritIO()
                            .start();
            var done = compiler.waitFor(60, TimeUnit.SECONDS) && compiler.exitValue() == 0;
            return done ? clock : none();
        } catch (IOException noCompiler) {
            return none();
        }
    }

    /// @return the machine's, which nobody steps
    static Clock none() {
        return new Clock(null, null);
    }

    boolean canStep() {
        return library != null;
    }

    /// @param seconds between the machine's time and what Postgres sees
    void step(long seconds) throws IOException {
        var bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(seconds).array();
        // In place: who has mapped the file sees it.
        try (var open = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            open.write(bytes);
        }
    }

    Map<String, String> environment() {
        return canStep() && Files.exists(library)
                ? Map.of("LD_PRELOAD", library.toString(), "CARILLON_CLOCK", file.toString())
                : Map.of();
    }
}
