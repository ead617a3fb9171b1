package io.carillon.tail;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.ResetReason;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Gathers the events of one look at the log, within bounds.
///
/// A transaction that wrote more than a stated number of events of one channel reaches its live
/// subscribers as one reset of that channel, so that an update of a million rows costs neither
/// memory nor a million messages. One thread.
final class Gathering {
    private final int bulk;
    private final int most;
    private final List<Event> events = new ArrayList<>();
    private final Map<Writes, Integer> counts = new HashMap<>();
    private final Set<Writes> tooMany = new HashSet<>();
    private boolean overflow;
    private long highest;

    private record Writes(long xid, ChannelKey key) {}

    Gathering(int bulk, int most) {
        this.bulk = bulk;
        this.most = most;
    }

    /// @param event in the order of ids
    void add(Event event) {
        highest = Math.max(highest, event.xid());
        var writes = new Writes(event.xid(), event.key());
        var count = counts.merge(writes, 1, Integer::sum);
        if (count > bulk) {
            if (tooMany.add(writes)) {
                events.add(reset(event));
            }
        } else if (!overflow) {
            events.add(event);
        }
        overflow |= events.size() > most;
        if (overflow) {
            events.clear();
            counts.clear();
        }
    }

    /// @return whether there is more than one batch may hold; then the events are not kept
    boolean overflow() {
        return overflow;
    }

    /// @return the highest transaction id among all events, 0 without any
    long highest() {
        return highest;
    }

    /// @return the events in the order of ids, those that were too many replaced by resets
    List<Event> events() {
        if (tooMany.isEmpty()) {
            return events;
        }
        return events.stream()
                .filter(event ->
                        event.reset() || !tooMany.contains(new Writes(event.xid(), event.key())))
                .sorted(Comparator.comparingLong(Event::id))
                .toList();
    }

    private static Event reset(Event event) {
        return new Event(
                event.id(),
                event.xid(),
                event.tenant(),
                event.channel(),
                Event.RESET,
                ResetReason.BULK.code(),
                event.actor(),
                event.correlationId(),
                event.ref(),
                event.at());
    }
}
