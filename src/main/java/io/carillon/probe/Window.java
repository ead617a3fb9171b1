package io.carillon.probe;

import java.util.Locale;

/// What was heard in one window of time. Levels in dBFS, where 0 is a full-scale square wave; mono
/// has the same value on both sides.
///
/// @param left RMS of the left channel; -120 and below is -120
/// @param right RMS of the right channel
/// @param peakLeft the largest sample of the left channel
/// @param peakRight the largest sample of the right channel
/// @param clipped samples at full scale, of both channels together
record Window(double left, double right, double peakLeft, double peakRight, int clipped) {
    /// @return as the server reads it
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"left\":%.1f,\"right\":%.1f,\"peakLeft\":%.1f,\"peakRight\":%.1f,\"clipped\":%d}",
                left,
                right,
                peakLeft,
                peakRight,
                clipped);
    }
}
