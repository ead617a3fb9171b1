package io.carillon.aws;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// The archive's bucket: puts objects, finds them again, and reads them back to see that they are
/// what was put. Blocks.
@Singleton
final class Bucket {
    private static final String EVENTS = "events";
    private static final String FIRST = "first-id";
    private static final String LAST = "last-id";
    private static final String SHA256 = "sha256";

    private final ArchiveSettings settings;
    private final Provider<S3Client> s3;

    /// @param s3 made on first use
    Bucket(ArchiveSettings settings, Provider<S3Client> s3) {
        this.settings = settings;
        this.s3 = s3;
    }

    /// @return the part as it was put under that key, if it was
    Optional<ArchivePart> find(String key) {
        try {
            var head = s3.get().headObject(it -> it.bucket(settings.bucket()).key(key));
            var said = head.metadata();
            var sum = said.get(SHA256);
            if (sum == null || !said.keySet().containsAll(Set.of(EVENTS, FIRST, LAST))) {
                return Optional.empty();
            }
            return Optional.of(
                    new ArchivePart(
                            key,
                            Long.parseLong(said.get(EVENTS)),
                            Long.parseLong(said.get(FIRST)),
                            Long.parseLong(said.get(LAST)),
                            head.contentLength(),
                            sum));
        } catch (NoSuchKeyException none) {
            return Optional.empty();
        }
    }

    void put(ArchivePart part, Path file) {
        s3.get()
                .putObject(
                        it ->
                                it.bucket(settings.bucket())
                                        .key(part.key())
                                        .contentType("application/x-ndjson")
                                        .contentEncoding("gzip")
                                        .metadata(
                                                Map.of(
                                                        EVENTS, Long.toString(part.events()),
                                                        FIRST, Long.toString(part.firstId()),
                                                        LAST, Long.toString(part.lastId()),
                                                        SHA256, part.sha256())),
                        RequestBody.fromFile(file));
    }

    /// Puts a small object and reads it back.
    void putSmall(String key, byte[] content) throws IOException {
        s3.get()
                .putObject(
                        it -> it.bucket(settings.bucket()).key(key).contentType("application/json"),
                        RequestBody.fromBytes(content));
        try (var back = s3.get().getObject(it -> it.bucket(settings.bucket()).key(key))) {
            if (!Arrays.equals(content, back.readAllBytes())) {
                throw new SlotArchive.Unsound(key + " is not what was written");
            }
        }
    }

    /// Reads a part back: checksum and number of lines.
    ///
    /// @throws SlotArchive.Unsound it is not what was put
    void verify(ArchivePart part) throws IOException {
        var digest = Sha256.digest();
        var lines = 0L;
        try (var back = s3.get().getObject(it -> it.bucket(settings.bucket()).key(part.key()));
                var summed = new DigestInputStream(back, digest);
                var plain = new GZIPInputStream(summed, 65_536)) {
            lines = lines(plain);
            // What the last block is followed by counts, too.
            summed.transferTo(OutputStream.nullOutputStream());
        }
        if (lines != part.events()
                || !HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
            throw new SlotArchive.Unsound(part.key() + " is not what was written");
        }
    }

    private static long lines(InputStream in) throws IOException {
        var buffer = new byte[65_536];
        var lines = 0L;
        for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            for (var i = 0; i < read; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return lines;
    }
}
