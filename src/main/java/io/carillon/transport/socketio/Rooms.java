package io.carillon.transport.socketio;

import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Keeps the channels of one session for the time when it comes back: one write at a time, always
/// of all channels as they are when it begins. Confined to the session's loop; writes on virtual
/// threads.
final class Rooms {
    private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

    private final Sessions sessions;
    private final EventLoop loop;
    private final Pid pid;
    private final Set<String> channels;
    private List<Saved> waiting = new ArrayList<>(1);
    private boolean writing;

    /// @param sessions the table
    /// @param loop the session's
    /// @param pid the session's
    /// @param channels what is followed now, a view
    Rooms(Sessions sessions, EventLoop loop, Pid pid, Set<String> channels) {
        this.sessions = sessions;
        this.loop = loop;
        this.pid = pid;
        this.channels = channels;
    }

    /// Hears whether the channels are kept.
    interface Saved {
        /// @param success whether they are; else Postgres is away
        void done(Outcome success);
    }

    /// What became of a write.
    enum Outcome {
        KEPT,
        FAILED
    }

    /// The channels have changed.
    ///
    /// @param then called on the loop, when all changes up to now are kept
    void changed(Saved then) {
        waiting.add(then);
        if (!writing) {
            write();
        }
    }

    private void write() {
        writing = true;
        var told = waiting;
        waiting = new ArrayList<>(1);
        var now = List.copyOf(channels);
        sessions.executor()
                .execute(() -> {
                    var outcome = save(now);
                    loop.execute(() -> {
                        writing = false;
                        told.forEach(one -> one.done(outcome));
                        if (!waiting.isEmpty() && !writing) {
                            write();
                        }
                    });
                });
    }

    private Outcome save(List<String> now) {
        try {
            sessions.save(pid, now);
            return Outcome.KEPT;
        } catch (RuntimeException failed) {
            LOG.warn("the channels of a session could not be kept: {}", failed.getMessage());
            return Outcome.FAILED;
        }
    }
}
