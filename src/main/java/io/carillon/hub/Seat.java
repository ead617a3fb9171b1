package io.carillon.hub;

import io.carillon.channel.ChannelKey;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A subscriber's seat in one channel of one lane. Confined to the lane's thread.
public final class Seat {
    private final Subscriber subscriber;

    /// The lane's sequence then, its lower half: who sat down after a batch had gone by?
    private final int since;

    private final Row row;
    private int number;

    private Seat(Row row, Subscriber subscriber, int number, long sequence) {
        this.row = row;
        this.since = (int) sequence;
        this.subscriber = subscriber;
        this.number = number;
    }

    /// The seats of one channel: an array without gaps, so that fan-out walks through memory in
    /// order and leaving is a move or two.
    static final class Row {
        private @Nullable Seat[] seats = new Seat[1];
        private int size;

        /// The first so many seats are still to come in a walk, from the last of them to the first.
        private int toCome;

        private long events;
        private long deliveries;

        Seat join(Subscriber subscriber, long sequence) {
            if (size == seats.length) {
                seats = Arrays.copyOf(seats, size * 2);
            }
            var seat = new Seat(this, subscriber, size, sequence);
            seats[size++] = seat;
            return seat;
        }

        int size() {
            return size;
        }

        private Seat at(int number) {
            return Objects.requireNonNull(seats[number]);
        }

        /// Begins a walk, during which anybody may leave and come: of those who are here now
        /// [#next] gives each who still is, once.
        void walk() {
            toCome = size;
        }

        /// @return the next of the walk, or null at its end
        @Nullable Subscriber next() {
            return toCome == 0 ? null : at(--toCome).subscriber;
        }

        /// Whoever is still to come stays in front of who has been.
        private void leave(int number) {
            var hole = number;
            if (hole < toCome) {
                move(--toCome, hole);
                hole = toCome;
            }
            if (hole < --size) {
                move(size, hole);
            }
            seats[size] = null;
            if (size > 16 && size < seats.length / 4) {
                seats = Arrays.copyOf(seats, seats.length / 2);
            }
        }

        private void move(int from, int to) {
            var seat = at(from);
            seats[to] = seat;
            seat.number = to;
        }

        /// @param told events of one run
        /// @param handed to how many it was handed
        void count(int told, long handed) {
            events += told;
            deliveries += handed;
        }

        Following following(ChannelKey key) {
            return new Following(key, size, events, deliveries);
        }

        List<Seat> seats() {
            return Arrays.stream(seats, 0, size).map(Objects::requireNonNull).toList();
        }

        /// @return the subscribers as they are now, for walks during which some leave
        List<Subscriber> snapshot() {
            return seats().stream().map(Seat::subscriber).toList();
        }
    }

    /// A channel that somebody on one lane follows.
    ///
    /// @param key the channel
    /// @param subscribers how many
    /// @param events that came since the first of them sat down
    /// @param deliveries frames that were handed to them since then
    public record Following(ChannelKey key, int subscribers, long events, long deliveries) {}

    /// @return who sits here
    public Subscriber subscriber() {
        return subscriber;
    }

    /// @param sequence a batch's number in the ring
    /// @return whether the seat was taken before the lane came to that batch
    public boolean satBefore(long sequence) {
        return since - (int) sequence < 0;
    }

    /// Gives the seat back.
    ///
    /// @return whether the channel is empty now
    boolean leave() {
        row.leave(number);
        return row.size == 0;
    }
}
