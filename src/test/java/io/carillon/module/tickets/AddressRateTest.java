package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.api.ClientAddress;
import io.carillon.api.HttpSettings;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// How often one address may ask, by a clock of the test's own.
@Tag("D1")
class AddressRateTest {
    private static final long MINUTE = 60_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(MINUTE / 2);
    private final AddressRate rate =
            new AddressRate(new ClientAddress(new HttpSettings(0)), 2, nanos::get);

    @Test
    void anAddressBeginsAnewWithTheNextMinute() {
        assertThat(rate.take("begin 10.0.0.1", 2)).isTrue();
        assertThat(rate.take("begin 10.0.0.1", 2)).isTrue();
        assertThat(rate.take("begin 10.0.0.1", 2)).isFalse();
        assertThat(rate.take("begin 10.0.0.2", 2)).isTrue();
        assertThat(rate.take("claim 10.0.0.1", 2)).isTrue();
        nanos.addAndGet(MINUTE / 2 - 1);
        assertThat(rate.take("begin 10.0.0.1", 2)).isFalse();
        nanos.addAndGet(1);
        assertThat(rate.take("begin 10.0.0.1", 2)).isTrue();
        assertThat(rate.take("begin 10.0.0.1", 2)).isTrue();
        assertThat(rate.take("begin 10.0.0.1", 2)).isFalse();
    }

    @Test
    void manyThreadsGetNoMoreThanOne() {
        var allowed = new LongAdder();
        IntStream.range(0, 1_000)
                .parallel()
                .forEach(_ -> {
                    if (rate.take("begin 10.0.0.1", 25)) {
                        allowed.increment();
                    }
                });
        assertThat(allowed.sum()).isEqualTo(25);
    }

    @Test
    void manyAddressesTakeABoundedPlace() {
        assertThat(rate.take("begin 10.0.0.1", 1)).isTrue();
        assertThat(rate.take("begin 10.0.0.1", 1)).isFalse();
        for (var number = 0; number < 10_001; number++) {
            assertThat(rate.take("begin " + number, 1)).isTrue();
        }
        // So many that all begin anew.
        assertThat(rate.take("begin 10.0.0.1", 1)).isTrue();
    }
}
