package io.carillon.probe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A short made-up broadcast with everything that a monitor shall notice: silence, clipping, a
/// louder and a quieter part. Always the same, for the demonstration and for tests.
///
/// Mono, 16 bits, 16,000 frames per second. A chord of two tones, which are whole waves in a tenth
/// of a second, so that each window of a part measures the same.
public final class SampleSound {
    /// Frames per second.
    public static final int RATE = 16_000;

    /// The parts, one after the other.
    public static final List<Part> PARTS =
            List.of(
                    new Part("talk", 4, -20, false),
                    new Part("silence", 6, Double.NEGATIVE_INFINITY, false),
                    new Part("talk", 4, -20, false),
                    new Part("clipping", 1, -8, true),
                    new Part("talk", 4, -20, false),
                    new Part("loud", 4, -8, false),
                    new Part("talk", 4, -20, false),
                    new Part("pause", 2, -70, false),
                    new Part("talk", 3, -20, false));

    private static final double FIRST = 220;
    private static final double SECOND = 330;
    private static final double SCALE = 32_767;
    private static final double OVERDRIVE = 4;

    private SampleSound() {}

    /// @param name for people
    /// @param seconds how long it is
    /// @param level RMS, dBFS
    /// @param clipped whether it is driven over full scale
    public record Part(String name, int seconds, double level, boolean clipped) {}

    /// @return how long it is
    public static int seconds() {
        return PARTS.stream().mapToInt(Part::seconds).sum();
    }

    /// @return as `s16le`, mono
    public static byte[] raw() {
        var bytes =
                ByteBuffer.allocate(seconds() * RATE * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var part : PARTS) {
            // Two tones of amplitude a have the RMS a.
            var amplitude = Math.pow(10, part.level() / 20) * (part.clipped() ? OVERDRIVE : 1);
            for (var frame = 0; frame < part.seconds() * RATE; frame++) {
                var turn = 2 * Math.PI * frame / RATE;
                var value = amplitude * (Math.sin(FIRST * turn) + Math.sin(SECOND * turn));
                bytes.putShort((short) Math.round(SCALE * Math.clamp(value, -1, 1)));
            }
        }
        return bytes.array();
    }

    /// @return as a WAV file
    public static byte[] wav() {
        var raw = raw();
        var head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        head.put(ascii("RIFF")).putInt(36 + raw.length).put(ascii("WAVE"));
        head.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
        head.putInt(RATE).putInt(RATE * Short.BYTES);
        head.putShort((short) Short.BYTES).putShort((short) Short.SIZE);
        head.put(ascii("data")).putInt(raw.length);
        var file = new ByteArrayOutputStream();
        file.writeBytes(head.array());
        file.writeBytes(raw);
        return file.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
