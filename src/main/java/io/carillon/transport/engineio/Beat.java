package io.carillon.transport.engineio;

import io.carillon.connection.Disconnect;
import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The clock of all sessions of one loop: one timer walks over them, instead of two timers for
/// each. A session whose turn fails is ended, and the clock goes on. Confined to the loop.
final class Beat {
    private static final Logger LOG = LoggerFactory.getLogger(Beat.class);
    private static final int LONGEST_MILLIS = 1_000;
    private static final int FINENESS = 20;

    private final List<Session> sessions = new ArrayList<>();

    Beat(EventLoop loop, EngineSettings settings) {
        var shortest =
                Math.min(settings.pingInterval().toMillis(), settings.pingTimeout().toMillis());
        var period = Math.min(LONGEST_MILLIS, Duration.ofMillis(shortest).toMillis() / FINENESS);
        var unused = loop.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    void add(Session session) {
        session.place = sessions.size();
        sessions.add(session);
    }

    void remove(Session session) {
        var last = sessions.removeLast();
        if (last != session) {
            sessions.set(session.place, last);
            last.place = session.place;
        }
    }

    private void tick() {
        var now = System.nanoTime();
        // Backwards, so that whoever leaves in the middle moves nobody who is still to come.
        for (var number = sessions.size() - 1; number >= 0; number--) {
            if (number < sessions.size()) {
                tick(sessions.get(number), now);
            }
        }
    }

    private static void tick(Session session, long now) {
        try {
            session.tick(now);
        } catch (RuntimeException fault) {
            LOG.error("an Engine.IO session is ended", fault);
            session.loop().execute(() -> session.end(Disconnect.UNAVAILABLE));
        }
    }
}
