package io.carillon.log;

import io.carillon.channel.Position;

import java.util.StringJoiner;

/// Positions as parameters of SQL. Transaction ids travel as text, since the driver knows no
/// `xid8`.
public final class Xids {
    private Xids() {}

    /// @param xid a transaction id
    /// @return text to be cast to `xid8`
    public static String one(long xid) {
        return Long.toString(xid);
    }

    /// @param position a position
    /// @return its pending ids, to be cast to `xid8[]`
    public static String pending(Position position) {
        var array = new StringJoiner(",", "{", "}");
        for (var index = 0; index < position.pendingCount(); index++) {
            array.add(Long.toString(position.pendingAt(index)));
        }
        return array.toString();
    }
}
