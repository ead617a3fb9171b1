package io.carillon.hub;

import java.util.Arrays;

/// A subscriber's seat in one channel of one lane. Confined to the lane's thread.
public final class Seat {
    final Subscriber subscriber;
    private final Row row;
    private int number;

    private Seat(Row row, Subscriber subscriber, int number) {
        this.row = row;
        this.subscriber = subscriber;
        this.number = number;
    }

    /// The seats of one channel: an array without gaps, so that fan-out walks through memory in
    /// order and leaving is one move.
    static final class Row {
        private Seat[] seats = new Seat[1];
        private int size;

        Seat join(Subscriber subscriber) {
            if (size == seats.length) {
                seats = Arrays.copyOf(seats, size * 2);
            }
            var seat = new Seat(this, subscriber, size);
            seats[size++] = seat;
            return seat;
        }

        int size() {
            return size;
        }

        Subscriber at(int number) {
            return seats[number].subscriber;
        }

        /// @return the subscribers as they are now, for walks during which some leave
        Subscriber[] snapshot() {
            return Arrays.stream(seats, 0, size)
                    .map(seat -> seat.subscriber)
                    .toArray(Subscriber[]::new);
        }
    }

    /// Gives the seat back.
    ///
    /// @return whether the channel is empty now
    boolean leave() {
        var last = row.seats[--row.size];
        row.seats[number] = last;
        last.number = number;
        if (row.size > 16 && row.size < row.seats.length / 4) {
            row.seats = Arrays.copyOf(row.seats, row.seats.length / 2);
        }
        return row.size == 0;
    }
}
