package io.carillon.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Position;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.stream.LongStream;

/// A bulk write becomes resets that no place from among its events can pass by.
@Tag("A3")
class GatheringTest {
    private static final Position BEFORE = new Position(10, new long[0]);
    private static final Position AFTER = new Position(13, new long[0]);

    private final Gathering gathering = new Gathering(3, 100);

    private static Event event(long id, long xid, String channel) {
        return new Event(id, xid, "acme", channel, "told", "1", null, null, null, Instant.EPOCH);
    }

    private void bulk() {
        LongStream.rangeClosed(1, 9)
                .forEach(id ->
                        gathering.add(id == 5 ? event(id, 11, "notes") : event(id, 12, "orders")));
    }

    @Test
    void theResetStandsWhereTheFirstAndWhereTheLastEventStood() {
        bulk();
        assertThat(gathering.events()).extracting(Event::id).containsExactly(1L, 5L, 9L);
        assertThat(gathering.events()).extracting(Event::reset).containsExactly(true, false, true);
    }

    @Test
    void whereverSomebodyStoppedWithinTheEventsAResetIsOwed() {
        bulk();
        for (var after = 0; after < 9; after++) {
            var leg = new Leg(BEFORE, AFTER, after);
            assertThat(gathering.events().stream().filter(leg::wants).anyMatch(Event::reset))
                    .as("after %d", after)
                    .isTrue();
        }
    }

    @Test
    void whoHasAllOfThemIsOwedNoReset() {
        bulk();
        var leg = new Leg(BEFORE, AFTER, 9);
        assertThat(gathering.events()).noneMatch(leg::wants);
    }

    @Test
    void asManyAsAllowedAreTold() {
        LongStream.rangeClosed(1, 3).forEach(id -> gathering.add(event(id, 12, "orders")));
        assertThat(gathering.events()).noneMatch(Event::reset).hasSize(3);
    }
}
