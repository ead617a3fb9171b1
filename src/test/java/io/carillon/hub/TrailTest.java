package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Event;
import io.carillon.channel.Position;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

@Tag("F9")
class TrailTest {
    private final Trail trail = new Trail();

    @Test
    void anEventIsFoundByItsTransactionAlsoWhereIdsOverlap() {
        // Transaction 7 took id 2 and was still running when 8 committed with ids 1 and 3.
        var early = new Position(9, new long[] {7});
        trail.seen(1, batch(position(7), early, event(1, 8), event(3, 8)), 0);
        trail.seen(2, batch(early, position(9), event(2, 7)), 0);

        assertThat(sequence(2, 7)).isEqualTo(2);
        assertThat(sequence(3, 8)).isEqualTo(1);
        assertThat(trail.of(4, 8)).isNull();
        assertThat(trail.of(2, 9)).isNull();
    }

    @Test
    void oldBatchesAreForgottenAndEmptyOnesNotRemembered() {
        trail.seen(1, batch(position(1), position(2), event(1, 1)), 0);
        trail.seen(2, batch(position(2), position(3)), 0);
        assertThat(trail.at(2)).isNull();
        assertThat(trail.after(0)).extracting(Trail.Seen::sequence).containsExactly(1L);

        for (var id = 3L; id <= Trail.LENGTH + 2; id++) {
            trail.seen(id, batch(position(id), position(id + 1), event(id, id)), 0);
        }

        assertThat(trail.at(1)).isNull();
        assertThat(trail.after(0)).hasSize(Trail.LENGTH);
        assertThat(trail.after(trail.last() - 2)).hasSize(2);
    }

    private long sequence(long id, long xid) {
        var seen = trail.of(id, xid);
        return seen == null ? 0 : seen.sequence();
    }

    private static Position position(long xmax) {
        return new Position(xmax, new long[0]);
    }

    private static Event event(long id, long xid) {
        return new Event(id, xid, "acme", "orders", "t", null, null, null, null, Instant.EPOCH);
    }

    private static Batch batch(Position from, Position to, Event... events) {
        return new Batch("epoch", from, to, List.of(events));
    }
}
