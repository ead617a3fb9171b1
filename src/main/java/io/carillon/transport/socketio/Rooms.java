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
    private final long stint;
    private final Set<String> channels;
    private final Joins joins;
    private final Owner owner;
    private List<Saved> waiting = new ArrayList<>(1);
    private boolean writing;
    private volatile boolean closed;

    /// @param sessions the table
    /// @param loop the session's
    /// @param pid the session's
    /// @param stint of the connection
    /// @param channels what is followed now, a view
    /// @param joins how it came to be followed
    /// @param owner who follows
    Rooms(
            Sessions sessions,
            EventLoop loop,
            Pid pid,
            long stint,
            Set<String> channels,
            Joins joins,
            Owner owner) {
        this.sessions = sessions;
        this.loop = loop;
        this.pid = pid;
        this.stint = stint;
        this.channels = channels;
        this.joins = joins;
        this.owner = owner;
    }

    /// Whose channels these are.
    interface Owner {
        /// A later connection has gone on with the session: this one keeps nothing any more.
        void lost();
    }

    /// Hears whether the channels are kept.
    interface Saved {
        /// @param success whether they are; else Postgres is away
        void done(Outcome success);
    }

    /// What became of a write.
    enum Outcome {
        KEPT,
        FAILED,
        /// The row is a later connection's.
        SUPERSEDED
    }

    /// The channels have changed.
    ///
    /// @param then called on the loop, when all changes up to now are kept or could not be; never
    ///     after [#close]
    void changed(Saved then) {
        if (!closed) {
            waiting.add(then);
            if (!writing) {
                write();
            }
        }
    }

    /// The client has gone. Its connection leaves the channels then, which changes nothing of what
    /// it comes back to: nothing more is written.
    void close() {
        closed = true;
        waiting.clear();
    }

    private void write() {
        writing = true;
        var told = waiting;
        waiting = new ArrayList<>(1);
        var now = new Sessions.Row(List.copyOf(channels), stint, joins.last(channels));
        sessions.executor()
                .execute(() -> {
                    var outcome = save(now);
                    loop.execute(() -> saved(outcome, told));
                });
    }

    private void saved(Outcome outcome, List<Saved> told) {
        writing = false;
        if (closed) {
            return;
        }
        switch (outcome) {
            case KEPT -> sessions.lives(pid.session(), owner);
            case FAILED -> {}
            case SUPERSEDED -> {
                owner.lost();
                return;
            }
        }
        told.forEach(one -> one.done(outcome));
        if (!waiting.isEmpty() && !writing) {
            write();
        }
    }

    private Outcome save(Sessions.Row now) {
        if (closed) {
            return Outcome.FAILED;
        }
        try {
            return sessions.save(pid, now) ? Outcome.KEPT : Outcome.SUPERSEDED;
        } catch (RuntimeException failed) {
            LOG.warn("the channels of a session could not be kept: {}", failed.getMessage());
            return Outcome.FAILED;
        }
    }
}
