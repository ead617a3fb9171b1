package io.carillon.probe;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads the head of a WAV (RIFF/WAVE) up to its samples, from a stream that cannot go back.
///
/// Integer samples of 8, 16, 24 and 32 bits and floating-point ones of 32 and 64, also in the
/// extensible format. Chunks that are not needed are skipped. A data chunk of length 0 or of the
/// greatest length, as programs write it that do not know the end, lasts until the input ends.
final class Wav {
    private static final int INTEGER = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;
    private static final int LARGEST_FORMAT = 1 << 16;
    private static final long UNKNOWN = 0xffff_ffffL;

    private Wav() {}

    /// @param format of the samples
    /// @param bytes of them; -1 when they last until the input ends
    record Head(Pcm format, long bytes) {}

    /// @param in at its very begin; afterwards at the first sample
    /// @return what comes
    /// @throws UnreadableSound what it is not
    static Head read(InputStream in) throws IOException {
        try {
            if (!name(in).equals("RIFF")) {
                throw new UnreadableSound(
                        "this is no WAV: for raw samples say --raw s16le --rate 48000 --channels"
                                + " 2");
            }
            var unused = number(in);
            if (!name(in).equals("WAVE")) {
                throw new UnreadableSound("this RIFF file is no WAVE");
            }
            return chunks(in);
        } catch (EOFException end) {
            throw new UnreadableSound("the WAV ends before its samples");
        }
    }

    private static Head chunks(InputStream in) throws IOException {
        Pcm format = null;
        while (true) {
            var name = name(in);
            var length = number(in);
            if (name.equals("data")) {
                if (format == null) {
                    throw new UnreadableSound("the WAV has samples before their format");
                }
                return new Head(format, length == 0 || length == UNKNOWN ? -1 : length);
            }
            if (name.equals("fmt ")) {
                if (length < 16 || length > LARGEST_FORMAT) {
                    throw new UnreadableSound("the WAV's format has " + length + " bytes");
                }
                format = format(ByteBuffer.wrap(bytes(in, (int) length)));
            } else {
                in.skipNBytes(length);
            }
            if (length % 2 == 1) {
                in.skipNBytes(1);
            }
        }
    }

    private static Pcm format(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        var tag = bytes.getShort(0) & 0xffff;
        if (tag == EXTENSIBLE && bytes.capacity() >= 26) {
            tag = bytes.getShort(24) & 0xffff;
        }
        var bits = bytes.getShort(14) & 0xffff;
        return new Pcm(encoding(tag, bits), bytes.getInt(4), bytes.getShort(2) & 0xffff);
    }

    private static Pcm.Encoding encoding(int tag, int bits) {
        return switch (tag * 1_000 + bits) {
            case INTEGER * 1_000 + 8 -> Pcm.Encoding.U8;
            case INTEGER * 1_000 + 16 -> Pcm.Encoding.S16LE;
            case INTEGER * 1_000 + 24 -> Pcm.Encoding.S24LE;
            case INTEGER * 1_000 + 32 -> Pcm.Encoding.S32LE;
            case FLOAT * 1_000 + 32 -> Pcm.Encoding.F32LE;
            case FLOAT * 1_000 + 64 -> Pcm.Encoding.F64LE;
            default ->
                    throw new UnreadableSound(
                            "format %d with %d bits cannot be read: convert it to plain PCM"
                                    .formatted(tag, bits));
        };
    }

    private static String name(InputStream in) throws IOException {
        return new String(bytes(in, 4), StandardCharsets.ISO_8859_1);
    }

    private static long number(InputStream in) throws IOException {
        return ByteBuffer.wrap(bytes(in, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt() & UNKNOWN;
    }

    private static byte[] bytes(InputStream in, int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }
}
