package io.carillon.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// `postmaster.pid` of a data directory: which process says that it serves it.
///
/// The file outlives a crash, and process ids are used again. So the process counts as the
/// postmaster only when it is alive, is a program called `postgres`, and was started for this very
/// directory; nothing else is ever signalled.
///
/// @param pid line 1
/// @param port line 4
record PostmasterFile(long pid, int port) {

    /// @param data a data directory
    /// @return what the file says, empty when there is none or it is torn
    static Optional<PostmasterFile> read(Path data) throws IOException {
        try {
            var lines = Files.readAllLines(data.resolve("postmaster.pid"));
            if (lines.size() < 4) {
                return Optional.empty();
            }
            return Optional.of(
                    new PostmasterFile(
                            Long.parseLong(lines.get(0).strip()),
                            Integer.parseInt(lines.get(3).strip())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (NumberFormatException torn) {
            return Optional.empty();
        }
    }

    /// @return whether any process has this id now
    boolean alive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /// @param data the data directory that the file was read from
    /// @return whether the process is alive and a postgres of this data directory
    boolean serves(Path data) {
        return ProcessHandle.of(pid).filter(process -> serves(process, data)).isPresent();
    }

    /// @param data a data directory
    /// @return whether some postgres process still works in it, be it a backend that outlived its
    ///     postmaster
    static boolean inUse(Path data) {
        return ProcessHandle.allProcesses().anyMatch(process -> serves(process, data));
    }

    private static boolean serves(ProcessHandle process, Path data) {
        var program = process.info().command().map(Path::of).map(Path::getFileName);
        if (program.isEmpty() || !program.get().toString().startsWith("postgres")) {
            return false;
        }
        try {
            // Every Postgres process has its data directory as its working directory.
            var works = Path.of("/proc", Long.toString(process.pid()), "cwd");
            if (Files.exists(works)) {
                return Files.isSameFile(works, data);
            }
        } catch (IOException | SecurityException gone) {
            return false;
        }
        // Without /proc: the postmaster names it on its command line.
        return process.info()
                .arguments()
                .map(arguments -> java.util.List.of(arguments).contains(data.toString()))
                .orElse(false);
    }
}
