package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class RingTest {
    private static Position at(long xid) {
        return new Position(xid, new long[0]);
    }

    private static Batch batch(long id) {
        var data = "x".repeat(1_000);
        var event = new Event(id, id, "acme", "orders", "t", data, null, null, null, Instant.EPOCH);
        return new Batch("epoch", at(id), at(id + 1), List.of(event));
    }

    @Test
    void whatFellOffTheRingIsNotInMemoryAnyMore() {
        var ring = new Ring(10 * batch(1).weight(), new Batch("epoch", at(1), at(1), List.of()));
        var told = new ArrayList<WeakReference<Batch>>();
        for (var id = 1; id <= 500; id++) {
            var batch = batch(id);
            told.add(new WeakReference<>(batch));
            ring.append(batch);
        }
        System.gc();
        assertThat(told.subList(0, 480)).allMatch(it -> it.refersTo(null));
        assertThat(ring.since(Place.at(ring.base()), ring.lastSequence())).hasSize(10);
    }

    @Test
    void theRingAnswersWhateverItHoldsAlsoAfterItHasGrownAndTurnedOver() {
        var ring = new Ring(100 * batch(1).weight(), new Batch("epoch", at(1), at(1), List.of()));
        for (var id = 1; id <= 1_000; id++) {
            ring.append(batch(id));
            var seen = Math.max(1, id - 50);
            var unseen = ring.since(Place.at(at(seen)), ring.lastSequence());
            assertThat(unseen).isNotNull().hasSize((int) (id - seen + 1));
            assertThat(unseen.getFirst().from()).isEqualTo(at(seen));
            assertThat(unseen.getLast().to()).isEqualTo(ring.head());
        }
        assertThat(ring.since(Place.at(at(800)), ring.lastSequence())).isNull();
    }

    /// Since nothing came, what was told last of a conflated channel may be what still waited.
    @Test
    void whatWasSeenLastIsWithinTheWindowHoweverLongItHasBeenQuiet() {
        var ring = new Ring(1 << 20, batch(1));
        ring.append(batch(2));
        ring.append(batch(3));
        assertThat(ring.before(Place.at(at(4)), 1)).isEqualTo(Place.at(at(3)));
        ring.append(batch(4));
        assertThat(ring.before(Place.at(at(4)), 1)).isEqualTo(Place.at(at(3)));
        assertThat(ring.before(Place.at(at(1)), 1)).isEqualTo(Place.at(at(1)));
    }

    @Test
    void aLaneThatHasNotSeenTheNewStartYetIsToldNothingFromIt() {
        var ring = new Ring(1 << 20, batch(1));
        ring.append(batch(2));
        var lane = ring.lastSequence();
        ring.restart(new Batch("epoch", at(1), at(4), List.of()));
        assertThat(ring.since(Place.at(at(2)), lane)).isNull();
        assertThat(ring.since(Place.at(at(2)), ring.lastSequence())).hasSize(1);
    }
}
