package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// A condition that counts when it has held for some time, and is over when it has been gone for
/// some time. Immutable: each window makes the next.
///
/// @param since when it began; null while it does not count
/// @param runFrom when the windows began that speak for a change, without a break; null when the
///     last window did not
/// @param runMs how long they last together
@Serdeable
record Hysteresis(@Nullable Instant since, @Nullable Instant runFrom, long runMs) {
    static final Hysteresis OFF = new Hysteresis(null, null, 0);

    /// What a window says.
    enum Sign {
        HOLDS,
        /// Neither: between the threshold and the way back.
        BETWEEN,
        GONE
    }

    /// How long until a change counts.
    ///
    /// @param afterMs before it counts
    /// @param backMs before it is over
    record Patience(int afterMs, int backMs) {}

    /// @return whether it counts
    boolean on() {
        return since != null;
    }

    /// @param from when the next window begins
    /// @return when the windows begin that speak for a change, if that window does too
    Instant begun(Instant from) {
        return runFrom == null ? from : runFrom;
    }

    /// @return the same, but what spoke for a change until now does not count: something was not
    ///     heard
    Hysteresis interrupted() {
        return new Hysteresis(since, null, 0);
    }

    /// @param sign of the window
    /// @param from when it begins
    /// @param ms how long it is
    /// @param patience of the condition
    /// @return after the window; [#on] differs when the condition began or ended with it
    Hysteresis after(Sign sign, Instant from, long ms, Patience patience) {
        if (sign != (on() ? Sign.GONE : Sign.HOLDS)) {
            return interrupted();
        }
        var begun = begun(from);
        var lasted = runMs + ms;
        if (lasted < (on() ? patience.backMs : patience.afterMs)) {
            return new Hysteresis(since, begun, lasted);
        }
        return on() ? OFF : new Hysteresis(begun, null, 0);
    }
}
