package io.carillon.oracle;

import java.util.HashSet;
import java.util.Set;

/// What a transaction could see, found out without the product: its snapshot and the last
/// transaction that had written a visible event. Transaction ids above that one may be handed out
/// again after a crash, so a raw snapshot would lie.
///
/// @param xmax the snapshot's first id that was not given out
/// @param lastWriter the highest transaction id of a visible event
/// @param running ids that ran
record Moment(long xmax, long lastWriter, Set<Long> running) {
    static Moment of(String snapshot, long lastWriter) {
        var parts = snapshot.split(":", -1);
        var running = new HashSet<Long>();
        if (!parts[2].isEmpty()) {
            for (var id : parts[2].split(",")) {
                running.add(Long.parseLong(id));
            }
        }
        return new Moment(Long.parseLong(parts[1]), lastWriter, running);
    }

    boolean saw(long xid) {
        return xid <= lastWriter && xid < xmax && !running.contains(xid);
    }
}
