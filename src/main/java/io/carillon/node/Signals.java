package io.carillon.node;

import io.micronaut.context.ApplicationContext;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import sun.misc.Signal;

import java.util.function.Supplier;

/// SIGTERM and SIGINT: the first sends everybody away ([Departure]) and ends the process, the
/// second hurries.
///
/// Before the JVM begins to shut down, not in a shutdown hook: hooks run all at once, Micronaut's
/// would close the context beside ours, and a second signal would be heard by nobody. `sun.misc` is
/// the only way to hear one; where the JVM keeps signals to itself (`-Xrs`), the process ends as
/// any other, without a farewell.
final class Signals {
    private static final int SIGNALLED = 128;

    private final Supplier<@Nullable ApplicationContext> context;
    private @Nullable Departure departure;
    private boolean leaving;

    private Signals(Supplier<@Nullable ApplicationContext> context) {
        this.context = context;
    }

    /// @param context of the node, or null as long as there is none
    static void listen(Supplier<@Nullable ApplicationContext> context) {
        var signals = new Signals(context);
        for (var name : new String[] {"TERM", "INT"}) {
            try {
                Signal.handle(new Signal(name), signals::heard);
            } catch (IllegalArgumentException kept) {
                LoggerFactory.getLogger(Signals.class)
                        .warn("SIG{} cannot be listened to: no drain", name);
            }
        }
    }

    private synchronized void heard(Signal signal) {
        if (leaving) {
            if (departure != null) {
                departure.hurry();
            }
            return;
        }
        leaving = true;
        departure = departure();
        Thread.ofPlatform().name("carillon-signal").start(() -> leave(signal));
    }

    private void leave(Signal signal) {
        try {
            var going = departure;
            if (going != null) {
                going.leave();
            }
        } catch (InterruptedException | RuntimeException failed) {
            LoggerFactory.getLogger(Signals.class).warn("the drain failed", failed);
        } finally {
            // As the JVM does; the context is closed by Micronaut's shutdown hook.
            System.exit(SIGNALLED + signal.getNumber());
        }
    }

    /// @return null while the node starts: there is nobody to be sent away
    private @Nullable Departure departure() {
        var started = context.get();
        try {
            return started == null || !started.isRunning()
                    ? null
                    : started.getBean(Departure.class);
        } catch (RuntimeException tooEarly) {
            return null;
        }
    }
}
