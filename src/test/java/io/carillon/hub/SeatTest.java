package io.carillon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Position;
import io.netty.util.concurrent.ImmediateEventExecutor;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.List;

class SeatTest {
    private static final Position START = new Position(1, new long[0]);

    private final Lane lane =
            new Lane(
                    ImmediateEventExecutor.INSTANCE,
                    new Ring(1 << 20, new Batch("epoch", START, START, List.of())),
                    () -> {});

    @Test
    void whoHasLeftIsNotInMemoryAnyMore() {
        var row = new Seat.Row();
        var stays = row.join(new Guest(lane), 0);
        var left = comeAndGo(row);
        System.gc();
        assertThat(left.refersTo(null)).isTrue();
        assertThat(row.seats()).containsExactly(stays);
    }

    private WeakReference<Guest> comeAndGo(Seat.Row row) {
        var guest = new Guest(lane);
        assertThat(row.join(guest, 0).leave()).isFalse();
        return new WeakReference<>(guest);
    }
}
