package io.carillon.hub;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// One run's bytes, made once for each format that somebody wants. Confined to the lane's thread.
final class Frames {
    private final Map<Format, ByteBuf> frames = new HashMap<>(8);
    private @Nullable Format lastFormat;
    private @Nullable ByteBuf lastFrame;

    /// Neighbours mostly want the same format: that one is at hand without a look into the map.
    ///
    /// @param run the same until [#release]
    ByteBuf of(Format format, Run run) {
        var last = lastFrame;
        if (last != null && format == lastFormat) {
            return last;
        }
        var frame = frames.get(format);
        if (frame == null) {
            frame = format.encode(run);
            frames.put(format, frame);
        }
        lastFormat = format;
        lastFrame = frame;
        return frame;
    }

    /// The run is told, as far as it could be.
    void release() {
        lastFrame = null;
        frames.values().forEach(ReferenceCountUtil::safeRelease);
        frames.clear();
    }
}
