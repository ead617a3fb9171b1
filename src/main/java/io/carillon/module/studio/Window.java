package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

/// What a probe measured in one window of time. Mono has the same value on both sides.
///
/// @param left RMS of the left channel, dBFS; -120 is digital silence
/// @param right RMS of the right channel, dBFS
/// @param peakLeft the largest sample of the left channel, dBFS
/// @param peakRight the largest sample of the right channel, dBFS
/// @param clipped samples at full scale, of both channels together
@Serdeable
record Window(double left, double right, double peakLeft, double peakRight, int clipped) {
    /// The lowest level that there is.
    static final double FLOOR = -120;

    /// Floating-point samples may go above full scale.
    static final double CEILING = 40;

    /// @return the louder side
    double level() {
        return Math.max(left, right);
    }

    /// @return whether every level is one
    boolean sound() {
        return sound(left) && sound(right) && sound(peakLeft) && sound(peakRight) && clipped >= 0;
    }

    private static boolean sound(double level) {
        return level >= FLOOR && level <= CEILING;
    }
}
