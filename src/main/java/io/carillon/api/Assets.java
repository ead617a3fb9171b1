package io.carillon.api;

import io.micronaut.http.MediaType;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The files of the pages, read once, each under a name that changes with its content, so that
/// browsers may keep it for ever.
///
/// Called by [PageController] and [DocumentController]. Immutable; never blocks after it was made.
@Singleton
final class Assets {
    private static final List<String> NAMES =
            List.of("page.css", "carillon.svg", "reference.js", "reference.css");
    private static final int HASH_BYTES = 8;

    private final Map<String, Asset> byName = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    Assets() {
        for (var name : NAMES) {
            var bytes = bytes(name);
            var dot = name.lastIndexOf('.');
            var hashed = name.substring(0, dot) + "." + hash(bytes) + name.substring(dot);
            byName.put(hashed, new Asset(bytes, type(name)));
            addresses.put("/assets/" + name, "/assets/" + hashed);
        }
    }

    /// @param bytes its content; not to be changed
    /// @param type its media type
    record Asset(byte[] bytes, MediaType type) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Asset(var content, var media)
                    && Arrays.equals(bytes, content)
                    && type.equals(media);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return type + ", " + bytes.length + " bytes";
        }
    }

    /// @param name the last part of its address, hash and all
    /// @return the file, or null
    @Nullable Asset named(String name) {
        return byName.get(name);
    }

    /// @param resource an HTML file on the class path below `page/`
    /// @return its text, with the assets' addresses as they are here
    String page(String resource) {
        var html = new String(bytes(resource), StandardCharsets.UTF_8);
        for (var address : addresses.entrySet()) {
            html = html.replace('"' + address.getKey() + '"', '"' + address.getValue() + '"');
        }
        return html;
    }

    /// @return a short fingerprint in hex
    static String hash(byte[] bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MediaType type(String name) {
        var media =
                switch (name.substring(name.lastIndexOf('.'))) {
                    case ".js" -> "text/javascript";
                    case ".css" -> "text/css";
                    default -> "image/svg+xml";
                };
        return new MediaType(media, Map.of("charset", "utf-8"));
    }

    private static byte[] bytes(String resource) {
        try (var stream = Assets.class.getResourceAsStream("/page/" + resource)) {
            if (stream == null) {
                throw new IllegalStateException("page/" + resource + " is not on the class path");
            }
            return stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
