package io.carillon.transport.socketio;

import io.carillon.channel.Cursor;

import org.jspecify.annotations.Nullable;

/// What a client keeps of the last position that it has received: a cursor, and in what is told to
/// it alone a mark behind it.
///
/// ```
/// offset := cursor [ '~' session '.' number ]     session: 8 hex digits, number: hex
/// ```
///
/// The mark says that all joins of that session up to that number have been received, for a cursor
/// cannot where nothing was written meanwhile. Immutable. Anybody may forge one, and misses
/// something then.
///
/// @param cursor the text before the mark, not looked at
/// @param session whose joins, or null
/// @param number the last join that has been received, or 0
record Offset(String cursor, @Nullable String session, long number) {
    private static final char MARK = '~';
    private static final int SESSION_LENGTH = 8;
    private static final int MOST_DIGITS = 15;

    /// @param text what a client presents
    /// @return the same in its parts; a mark that is none is left with the cursor, which is none
    ///     then
    static Offset of(String text) {
        var mark = text.lastIndexOf(MARK);
        var digits = mark + SESSION_LENGTH + 2;
        if (mark >= 0
                && digits < text.length()
                && text.length() - digits <= MOST_DIGITS
                && text.charAt(digits - 1) == '.') {
            try {
                var number = Long.parseUnsignedLong(text, digits, text.length(), 16);
                return new Offset(
                        text.substring(0, mark), text.substring(mark + 1, digits - 1), number);
            } catch (NumberFormatException none) {
                return new Offset(text, null, 0);
            }
        }
        return new Offset(text, null, 0);
    }

    /// @param pid of a session
    /// @return how its marks name it
    static String session(Pid pid) {
        return pid.session().toString().substring(0, SESSION_LENGTH);
    }

    /// @return the text that [#of] reads
    String encode() {
        return session == null ? cursor : cursor + MARK + session + '.' + Long.toHexString(number);
    }

    /// @param pid of a session
    /// @return the last join of it that was received for sure, or 0
    long received(Pid pid) {
        return session(pid).equals(session) ? number : 0;
    }

    /// Whether who has this offset has received everything that a join told: the mark says so, or
    /// the place lies beyond the end of the join. A place just there does not: the client may have
    /// had it before.
    ///
    /// @param pid of the session
    /// @param join of that session
    /// @return true only when nothing of it was missed
    boolean proves(Pid pid, Joins.Join join) {
        if (received(pid) >= join.number()) {
            return true;
        }
        var reached = Cursor.parse(cursor);
        var end = Cursor.parse(join.end());
        return reached != null
                && end != null
                && reached.epoch().equals(end.epoch())
                && reached.place().covers(end.place().from())
                && !reached.place().equals(end.place());
    }
}
