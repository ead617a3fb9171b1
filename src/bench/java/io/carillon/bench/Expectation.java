package io.carillon.bench;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;

/// Which event a client must receive next, and which it still lacks. Numbers of a room go up by one
/// from 0. Confined to the load's loop.
final class Expectation {
    private final Tally tally;
    private long next;
    private @Nullable Set<Long> missing;

    /// @param tally where deviations are counted
    /// @param next the first number that must come
    Expectation(Tally tally, long next) {
        this.tally = tally;
        this.next = next;
    }

    long next() {
        return next;
    }

    /// @param numbers of events that came together, in the order in which they came
    void take(long[] numbers) {
        for (var number : numbers) {
            if (number == next) {
                next++;
            } else if (number > next) {
                skipTo(number);
            } else if (missing != null && missing.remove(number)) {
                tally.mend();
            } else {
                tally.repeat();
            }
        }
    }

    private void skipTo(long number) {
        tally.skip(number - next);
        var lacking = missing == null ? new HashSet<Long>() : missing;
        missing = lacking;
        for (; next < number; next++) {
            lacking.add(next);
        }
        next++;
    }
}
