package io.carillon.bench;

import java.util.concurrent.locks.LockSupport;

/// Publishes at a rate, at moments that are laid down beforehand. When publishing is held up the
/// moments stay where they were.
final class Pace {
    private final Target target;
    private final Timeline timeline;
    private final int rooms;
    private final long tick;
    private long event;
    private long worstDelay;

    /// @param rooms events are dealt to them in turn
    /// @param tickMillis events of so many milliseconds are published together
    Pace(Target target, Timeline timeline, int rooms, int tickMillis) {
        this.target = target;
        this.timeline = timeline;
        this.rooms = rooms;
        this.tick = tickMillis * 1_000_000L;
    }

    /// @return events published so far, over all rooms
    long published() {
        return event;
    }

    /// @return for each room how many events it has been sent
    long[] publishedByRoom() {
        var counts = new long[rooms];
        for (var room = 0; room < rooms; room++) {
            counts[room] = (event - room + rooms - 1) / rooms;
        }
        return counts;
    }

    /// @return nanoseconds by which the publisher was behind its schedule at worst, in the last run
    long worstDelay() {
        return worstDelay;
    }

    /// @param perSecond events
    /// @param seconds how long
    void run(double perSecond, double seconds) {
        worstDelay = 0;
        var start = System.nanoTime();
        var ticks = (long) (seconds * 1e9 / tick);
        var first = event;
        for (var number = 0L; number < ticks; number++) {
            var moment = start + number * tick;
            while (System.nanoTime() < moment) {
                LockSupport.parkNanos(moment - System.nanoTime());
            }
            var due = first + (long) (perSecond * (number + 1) * tick / 1e9);
            var count = (int) (due - event);
            if (count > 0) {
                for (var each = event; each < due; each++) {
                    timeline.set(each, moment);
                }
                target.publish(event, count, rooms);
                event = due;
            }
            worstDelay = Math.max(worstDelay, System.nanoTime() - moment);
        }
    }
}
