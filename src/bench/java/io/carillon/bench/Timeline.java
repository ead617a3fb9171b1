package io.carillon.bench;

/// When each event was meant to be sent, in [System#nanoTime]: latency counts from there, so that a
/// publisher that was held up is no excuse. Written by the publisher before it sends, read by the
/// load's loop; remembers the last four million events.
final class Timeline {
    private static final int MASK = (1 << 22) - 1;

    private final long[] at = new long[MASK + 1];
    private final int rooms;

    /// @param rooms events are dealt to them in turn
    Timeline(int rooms) {
        this.rooms = rooms;
    }

    /// @param event its number over all rooms
    /// @param nanos when it is meant to be sent
    void set(long event, long nanos) {
        at[(int) event & MASK] = nanos;
    }

    /// @param room the room's number
    /// @param number the event's number within the room
    long at(int room, long number) {
        return at[(int) (number * rooms + room) & MASK];
    }

    /// @param event its number over all rooms
    long at(long event) {
        return at[(int) event & MASK];
    }
}
