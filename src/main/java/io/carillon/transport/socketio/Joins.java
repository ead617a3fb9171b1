package io.carillon.transport.socketio;

import io.carillon.channel.Cursor;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The joins of one session that caught up from a cursor, and so told of what lies before the
/// client's offset.
///
/// Who is cut while that is on its way comes back with an offset from before the join, or with the
/// same where nothing was written meanwhile. So each has a number, which every position that is
/// told to this client alone carries from then on, and the last one is kept in the session's row:
/// see [Offset#proves]. What comes later has the later place, so the last join stands for all.
/// Confined to the session's loop; bounded by the subscriptions of a connection.
final class Joins {
    private final String session;
    private long last;
    private @Nullable Map<String, Join> joined;

    /// A join that caught up.
    ///
    /// @param number counts the session's joins; larger is later
    /// @param end the cursor at which it had caught up
    record Join(long number, String end) {}

    /// @param pid the session's
    /// @param received the last join that the client has received for sure; 0 at the session's
    ///     beginning
    Joins(Pid pid, long received) {
        this.session = Offset.session(pid);
        this.last = received;
    }

    /// A join has told what lies before it.
    ///
    /// @param channels that it joined
    /// @param end where it had caught up
    void caughtUp(Collection<String> channels, Cursor end) {
        var join = new Join(++last, end.encode());
        var known = joined == null ? new HashMap<String, Join>(4) : joined;
        joined = known;
        channels.forEach(channel -> known.put(channel, join));
    }

    /// A join from now on has told nothing.
    ///
    /// @param channels that it joined
    void live(Collection<String> channels) {
        if (joined != null) {
            joined.keySet().removeAll(channels);
        }
    }

    /// @param followed the channels that are followed now; the joins of others are forgotten
    /// @return the last join that the client must have received to go on, or null
    @Nullable Join last(Set<String> followed) {
        var known = joined;
        if (known == null) {
            return null;
        }
        known.keySet().retainAll(followed);
        return known.values().stream().max(Comparator.comparingLong(Join::number)).orElse(null);
    }

    /// @param at where the client stands
    /// @return the text that it keeps
    String offset(Cursor at) {
        return new Offset(at.encode(), last == 0 ? null : session, last).encode();
    }
}
