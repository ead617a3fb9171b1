package io.carillon.auth;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;

import jakarta.inject.Singleton;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// The secret that a node in development signs its demo tokens with: the configured one, or one of
/// its own that is kept beside the data, readable by its owner only. The bean does not exist in
/// production.
@Singleton
@Requires(property = Mode.PROPERTY, value = "development")
public final class DevelopmentSecret {
    private static final int BYTES = 48;

    private final String value;

    public DevelopmentSecret(AuthSettings settings) {
        value =
                settings.secret() == null
                        ? kept(Path.of(settings.secretFile()))
                        : settings.secret();
    }

    /// @return the secret's text
    public String value() {
        return value;
    }

    @Override
    public String toString() {
        return "DevelopmentSecret";
    }

    /// Two nodes that start at once agree: the first to link its file wins, and the file is whole
    /// when it appears.
    private static String kept(Path file) {
        try {
            if (!Files.exists(file)) {
                make(file.toAbsolutePath());
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            var kept = Files.readString(file).strip();
            if (Secrets.weakness(kept) != null) {
                throw new ConfigurationException(
                        file
                                + " holds no usable secret: delete it, and the next start makes"
                                + " another");
            }
            return kept;
        } catch (IOException | UnsupportedOperationException failed) {
            throw new ConfigurationException(
                    "the development secret cannot be kept in "
                            + file
                            + " (carillon.auth.secret-file): "
                            + failed);
        }
    }

    private static void make(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        // Created with mode 600.
        var fresh = Files.createTempFile(file.getParent(), ".token-secret", "");
        try {
            Files.writeString(
                    fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException another) {
            // Another node was first; its secret counts.
        } finally {
            Files.delete(fresh);
        }
    }
}
