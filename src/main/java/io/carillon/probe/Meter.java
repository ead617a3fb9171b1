package io.carillon.probe;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;

/// Cuts a sound into windows and measures each. Confined to one thread; blocks while the input has
/// nothing. What is left at the end and shorter than half a window is left out.
final class Meter {
    private static final double FLOOR = -120;
    private static final double CEILING = 40;

    private final InputStream in;
    private final Pcm format;
    private final int windowMs;
    private final byte[] buffer;
    private long left;
    private long windows;

    /// @param in at the first sample
    /// @param format of the samples
    /// @param bytes how many samples' bytes there are; -1 until the input ends
    /// @param windowMs how long a window is
    Meter(InputStream in, Pcm format, long bytes, int windowMs) {
        this.in = in;
        this.format = format;
        this.windowMs = windowMs;
        this.left = bytes < 0 ? Long.MAX_VALUE : bytes;
        this.buffer =
                new byte[(format.rate() / 1_000 + 1) * windowMs * format.frame() + format.frame()];
    }

    /// @return the next window; null at the end
    @Nullable Window next() throws IOException {
        // Counted from the start, so that rates that a window does not divide do not drift.
        var frames = frames(windows + 1) - frames(windows);
        var wanted = (int) Math.min(frames * format.frame(), left);
        var read = in.readNBytes(buffer, 0, wanted);
        left -= read;
        windows++;
        var whole = read / format.frame();
        return whole == 0 || whole * 2L < frames ? null : measured(whole);
    }

    private long frames(long window) {
        return window * windowMs * format.rate() / 1_000;
    }

    private Window measured(int frames) {
        var encoding = format.encoding();
        var full = encoding.full();
        var second = format.channels() > 1 ? encoding.bytes : 0;
        double sumLeft = 0;
        double sumRight = 0;
        double peakLeft = 0;
        double peakRight = 0;
        var clipped = 0;
        for (var frame = 0; frame < frames; frame++) {
            var at = frame * format.frame();
            var a = encoding.sample(buffer, at);
            var b = encoding.sample(buffer, at + second);
            sumLeft += a * a;
            sumRight += b * b;
            peakLeft = Math.max(peakLeft, Math.abs(a));
            peakRight = Math.max(peakRight, Math.abs(b));
            clipped += Math.abs(a) >= full ? 1 : 0;
            clipped += second > 0 && Math.abs(b) >= full ? 1 : 0;
        }
        return new Window(
                decibels(Math.sqrt(sumLeft / frames)),
                decibels(Math.sqrt(sumRight / frames)),
                decibels(peakLeft),
                decibels(peakRight),
                clipped);
    }

    private static double decibels(double amplitude) {
        return Math.clamp(20 * Math.log10(amplitude), FLOOR, CEILING);
    }
}
