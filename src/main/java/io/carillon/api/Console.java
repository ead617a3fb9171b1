package io.carillon.api;

import io.micronaut.http.MediaType;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The web console as the build left it on the class path: one page, and files whose names change
/// with their content. Absent where the node was built without it (`-Dweb.skip`).
///
/// Called by [PageController]. Any thread; reads a file once, when it is first asked for.
@Singleton
final class Console {
    private static final String FOLDER = "/web/console/";
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_-]{1,80}(\\.[a-z0-9]{1,8}){1,2}");

    private final Map<String, Assets.Asset> files = new ConcurrentHashMap<>();
    private final @Nullable String page;
    private final @Nullable String worker;

    Console() {
        page = text("index.html");
        worker = text("sw.js");
    }

    /// @return its HTML, or null where it was not built
    @Nullable String page() {
        return page;
    }

    /// @return the service worker that keeps page and files for when no node can be reached, or
    ///     null
    @Nullable String worker() {
        return worker;
    }

    /// @param name the last part of its address
    /// @return the file, or null
    Assets.@Nullable Asset named(String name) {
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        var known = files.get(name);
        if (known != null) {
            return known;
        }
        var bytes = read("assets/" + name);
        if (bytes == null) {
            return null;
        }
        var file = new Assets.Asset(bytes, type(name));
        files.put(name, file);
        return file;
    }

    private static MediaType type(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".js" -> new MediaType("text/javascript", Map.of("charset", "utf-8"));
            case ".css" -> new MediaType("text/css", Map.of("charset", "utf-8"));
            case ".svg" -> new MediaType("image/svg+xml", Map.of("charset", "utf-8"));
            default -> MediaType.APPLICATION_OCTET_STREAM_TYPE;
        };
    }

    private static @Nullable String text(String name) {
        var bytes = read(name);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] read(String name) {
        try (var stream = Console.class.getResourceAsStream(FOLDER + name)) {
            return stream == null ? null : stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
