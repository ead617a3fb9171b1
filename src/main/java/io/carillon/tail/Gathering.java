package io.carillon.tail;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.ResetReason;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gathers the events of one look at the log, within bounds.
///
/// A transaction that wrote more than a stated number of events of one channel reaches its live
/// subscribers as one reset of that channel, so that an update of a million rows costs neither
/// memory nor a million messages. The reset stands in the place of the first of these events and
/// again in the place of the last: no cursor from among them claims to have seen any without the
/// first, and whoever comes back with a place from among them, having had some from the log, meets
/// the second. One thread.
final class Gathering {
    private final int bulk;
    private final int most;
    private final List<Event> events = new ArrayList<>();
    private final Map<Writes, Tally> tallies = new HashMap<>();
    private boolean tooMany;
    private boolean overflow;
    private long highest;

    private record Writes(long xid, ChannelKey key) {}

    /// What one transaction wrote to one channel.
    private static final class Tally {
        final Event first;
        Event last;
        int count;

        Tally(Event first) {
            this.first = first;
            this.last = first;
        }
    }

    Gathering(int bulk, int most) {
        this.bulk = bulk;
        this.most = most;
    }

    /// @param event in the order of ids
    void add(Event event) {
        highest = Math.max(highest, event.xid());
        if (overflow) {
            return;
        }
        var tally = tallies.computeIfAbsent(writes(event), ignored -> new Tally(event));
        tally.last = event;
        if (++tally.count > bulk) {
            tooMany = true;
        } else {
            events.add(event);
        }
        overflow = events.size() > most;
        if (overflow) {
            events.clear();
            tallies.clear();
        }
    }

    private static Writes writes(Event event) {
        return new Writes(event.xid(), event.key());
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
        if (!tooMany) {
            return events;
        }
        var told = new ArrayList<Event>(events.size());
        for (var event : events) {
            var tally = tallies.get(writes(event));
            if (tally == null || tally.count <= bulk) {
                told.add(event);
            } else if (event == tally.first) {
                told.add(reset(tally.first));
                told.add(reset(tally.last));
            }
        }
        told.sort(Comparator.comparingLong(Event::id));
        return told;
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
