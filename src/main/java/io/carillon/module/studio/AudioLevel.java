package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

import java.util.Comparator;
import java.util.List;

/// The meter: the last window's levels, and the largest peaks of its batch.
///
/// @param studio whose
/// @param at when the window ended, by the clock of the probe
@Serdeable
record AudioLevel(
        String studio, double left, double right, double peakLeft, double peakRight, String at) {

    static AudioLevel of(Batch batch) {
        var windows = batch.windows();
        var last = windows.getLast();
        return new AudioLevel(
                batch.studio(),
                last.left(),
                last.right(),
                most(windows, Comparator.comparingDouble(Window::peakLeft)).peakLeft(),
                most(windows, Comparator.comparingDouble(Window::peakRight)).peakRight(),
                batch.until().toString());
    }

    private static Window most(List<Window> windows, Comparator<Window> order) {
        return windows.stream().max(order).orElseThrow();
    }
}
