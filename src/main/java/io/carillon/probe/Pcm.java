package io.carillon.probe;

import java.util.Locale;

/// How the bytes of a sound are to be read: little-endian, channels interleaved.
///
/// @param encoding of one sample
/// @param rate frames per second
/// @param channels samples per frame; only the first two are measured
record Pcm(Encoding encoding, int rate, int channels) {
    private static final int MOST_CHANNELS = 64;
    private static final int HIGHEST_RATE = 768_000;

    Pcm {
        if (rate < 1 || rate > HIGHEST_RATE) {
            throw new UnreadableSound("the rate is 1 to " + HIGHEST_RATE + ", not " + rate);
        }
        if (channels < 1 || channels > MOST_CHANNELS) {
            throw new UnreadableSound("there are 1 to " + MOST_CHANNELS + " channels");
        }
    }

    /// One sample.
    enum Encoding {
        U8(1, 128),
        S16LE(2, 32_768),
        S24LE(3, 8_388_608),
        S32LE(4, 2_147_483_648.0),
        F32LE(4, 1),
        F64LE(8, 1);

        /// Bytes of one sample.
        final int bytes;

        private final double scale;

        Encoding(int bytes, double scale) {
            this.bytes = bytes;
            this.scale = scale;
        }

        /// @param name as on the command line, e.g. `s16le`
        static Encoding named(String name) {
            for (var encoding : values()) {
                if (encoding.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return encoding;
                }
            }
            throw new UnreadableSound(
                    "raw sound is u8, s16le, s24le, s32le, f32le or f64le, not " + name);
        }

        /// @return the sample at `from`; full scale is -1 to 1
        double sample(byte[] bytes, int from) {
            return switch (this) {
                case U8 -> ((bytes[from] & 0xff) - scale) / scale;
                case S16LE -> (short) little(bytes, from, 2) / scale;
                case S24LE -> (little(bytes, from, 3) << 8 >> 8) / scale;
                case S32LE -> little(bytes, from, 4) / scale;
                case F32LE -> finite(Float.intBitsToFloat(little(bytes, from, 4)));
                case F64LE ->
                        finite(
                                Double.longBitsToDouble(
                                        little(bytes, from, 4) & 0xffff_ffffL
                                                | (long) little(bytes, from + 4, 4) << 32));
            };
        }

        /// @return the smallest magnitude that is full scale: what a converter that runs out of
        ///     numbers gives
        double full() {
            return switch (this) {
                case U8, S16LE, S24LE, S32LE -> (scale - 1) / scale;
                case F32LE, F64LE -> 1;
            };
        }

        private static double finite(double value) {
            return Double.isFinite(value) ? value : 0;
        }

        private static int little(byte[] bytes, int from, int count) {
            var value = 0;
            for (var index = 0; index < count; index++) {
                value |= (bytes[from + index] & 0xff) << (8 * index);
            }
            return value;
        }
    }

    /// @return bytes of one frame
    int frame() {
        return encoding.bytes * channels;
    }
}
