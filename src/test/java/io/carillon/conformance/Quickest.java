package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;

/// A bound on time, on a machine that may stand still: the quickest of five counts, and one that
/// came too late says nothing.
public final class Quickest {
    private static final int TIMES = 5;

    private Quickest() {}

    /// @param bound of the product
    /// @param something says how long it took; done once more while that was too long
    public static void below(Duration bound, Callable<Duration> something) throws Exception {
        var took = new ArrayList<Duration>();
        do {
            took.add(something.call());
        } while (took.getLast().compareTo(bound) >= 0 && took.size() < TIMES);
        assertThat(took).as("below %s", bound).anyMatch(it -> it.compareTo(bound) < 0);
    }

    /// @param began [System#nanoTime]
    /// @return the time since then
    public static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
