package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Event;
import io.carillon.channel.Position;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class ObserverTest {
    private final Hub hub = new Hub(1 << 20);
    private final List<String> told = new ArrayList<>();

    @Test
    void hearsOfTheStartOfEveryBatchAndOfAJump() {
        hub.observe(new Diary(told));
        hub.start(batch(1));
        hub.publish(batch(2));
        hub.publish(batch(3));
        hub.start(batch(9));
        assertThat(told)
                .containsExactly("restarted 1", "published 2", "published 3", "restarted 9");
    }

    @Test
    void oneThatFailsTakesNothingFromTheOthers() {
        hub.observe(new Broken());
        hub.observe(new Diary(told));
        hub.start(batch(1));
        hub.publish(batch(2));
        assertThat(told).containsExactly("restarted 1", "published 2");
        assertThat(hub.ring().lastSequence()).isEqualTo(2);
    }

    private static Batch batch(long id) {
        var event = new Event(id, id, "acme", "orders", "t", null, null, null, null, Instant.EPOCH);
        var from = new Position(id, new long[0]);
        return new Batch("epoch", from, new Position(id + 1, new long[0]), List.of(event));
    }

    private record Diary(List<String> told) implements Observer {
        @Override
        public void published(Batch batch) {
            told.add("published " + batch.events().getFirst().id());
        }

        @Override
        public void restarted(Batch first) {
            told.add("restarted " + first.events().getFirst().id());
        }
    }

    private static final class Broken implements Observer {
        @Override
        public void published(Batch batch) {
            throw new IllegalStateException("a fault");
        }

        @Override
        public void restarted(Batch first) {
            throw new IllegalStateException("a fault");
        }
    }
}
