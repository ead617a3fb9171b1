package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// The embedded Postgres's folder: `data`, `log`, `password` and `pgpass` (mode 600), `port`,
/// `lock`.
///
/// The lock tells a living node from an orphaned Postgres: it belongs to a Java process and ends
/// with it, however that ends. Not thread-safe; guarded by [EmbeddedPostgres].
final class DataFolder {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private @Nullable FileChannel locked;

    DataFolder(Path folder) {
        this.folder = folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("log");
    }

    Path passwordFile() {
        return folder.resolve("password");
    }

    Path passFile() {
        return folder.resolve("pgpass");
    }

    /// Makes the folder and takes it for this process; does nothing when it is taken already.
    void take() throws IOException {
        if (locked != null) {
            return;
        }
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OWNER_ONLY);
        try {
            if (channel.tryLock() != null) {
                locked = channel;
                return;
            }
        } catch (OverlappingFileLockException sameProcess) {
            // Somebody else in this very process has it: the same answer.
        }
        channel.close();
        throw new ConfigurationException(
                "the embedded Postgres in "
                        + folder
                        + " belongs to another running Carillon: stop that one, or set"
                        + " CARILLON_DATABASE_URL (several nodes) or"
                        + " CARILLON_DATABASE_EMBEDDED_FOLDER (a separate database)");
    }

    void leave() throws IOException {
        var channel = locked;
        locked = null;
        if (channel != null) {
            channel.close();
        }
    }

    /// @return the superuser's password, made at the first call
    String password() throws IOException {
        if (!Files.exists(passwordFile())) {
            var random = new byte[16];
            new SecureRandom().nextBytes(random);
            secret(passwordFile(), HexFormat.of().formatHex(random));
        }
        var password = Files.readString(passwordFile()).strip();
        if (!Files.exists(passFile())) {
            secret(passFile(), "127.0.0.1:*:*:" + EmbeddedPostgres.USER + ":" + password);
        }
        return password;
    }

    /// @return the port of the last start
    Optional<Integer> port() throws IOException {
        var file = folder.resolve("port");
        try {
            return Files.exists(file)
                    ? Optional.of(Integer.parseInt(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (NumberFormatException torn) {
            return Optional.empty();
        }
    }

    void port(int port) throws IOException {
        Files.writeString(folder.resolve("port"), port + "\n");
    }

    private void secret(Path file, String line) throws IOException {
        // Written under another name first: a crash in between must not leave an empty password.
        var partial = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(partial);
        Files.createFile(partial, OWNER_ONLY);
        Files.write(partial, (line + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(partial, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
