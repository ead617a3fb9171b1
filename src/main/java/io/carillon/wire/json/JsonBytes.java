package io.carillon.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;

import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// One JSON object, generated straight into a framed buffer.
public final class JsonBytes {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM).build();

    private JsonBytes() {}

    /// Writes what is in the object.
    @FunctionalInterface
    public interface Members {
        /// @param json within the object
        /// @throws IOException when the generator cannot write
        void write(JsonGenerator json) throws IOException;
    }

    /// @param framing what stands around the object
    /// @param kind for the framing
    /// @param cursor for the framing
    /// @param estimate of the object's size in bytes; a good one saves copies
    /// @param members writes what is in the object
    /// @return a new buffer, owned by the caller
    public static ByteBuf object(
            Framing framing, String kind, @Nullable String cursor, int estimate, Members members) {
        var out = ByteBufAllocator.DEFAULT.directBuffer(estimate);
        var whole = false;
        try {
            framing.begin(out, kind, cursor);
            try (OutputStream stream = new ByteBufOutputStream(out);
                    var json = JSON.createGenerator(stream)) {
                json.writeStartObject();
                members.write(json);
                json.writeEndObject();
            }
            framing.end(out);
            whole = true;
            return out;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            if (!whole) {
                out.release();
            }
        }
    }
}
