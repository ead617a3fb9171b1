package io.carillon.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class TenantQueueTest {
    private final TenantQueue<String> queue = new TenantQueue<>(10, 6);

    @Test
    void tenantsTakeTurnsAndNobodyFillsItAlone() throws Exception {
        for (var number = 0; number < 6; number++) {
            assertThat(queue.offer("noisy", "n" + number)).isTrue();
        }
        assertThat(queue.offer("noisy", "n6")).isFalse();
        assertThat(queue.offer("quiet", "q0")).isTrue();
        assertThat(queue.offer("calm", "c0")).isTrue();
        var taken = new ArrayList<String>();
        queue.take(taken, 4);
        assertThat(taken).containsExactly("n0", "q0", "c0", "n1");
        assertThat(queue.offer("noisy", "n7")).isTrue();
        taken.clear();
        queue.take(taken, 100);
        assertThat(taken).isEqualTo(List.of("n2", "n3", "n4", "n5", "n7"));
    }

    @Test
    void whatIsOverTheBoundOfAllIsRefused() {
        for (var number = 0; number < 5; number++) {
            queue.offer("a", "x");
            queue.offer("b", "x");
        }
        assertThat(queue.offer("c", "x")).isFalse();
    }
}
