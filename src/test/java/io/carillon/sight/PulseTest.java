package io.carillon.sight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;

@Tag("F9")
class PulseTest {
    private final Pulse pulse = new Pulse();

    @Test
    void nothingWasDelivered() {
        assertThat(pulse.lastMinute()).isNull();
    }

    @Test
    void partsOfWhatIsYoungEnough() {
        pulse.add(10, Duration.ofSeconds(9));
        for (var millis = 1; millis <= 100; millis++) {
            pulse.add(100, Duration.ofMillis(millis));
        }
        assertThat(pulse.since(50)).isEqualTo(new Pulse.Beat(51, 96, 100, 100, 100));
        assertThat(pulse.since(101)).isNull();
    }

    @Test
    void theOldestAreForgottenFirst() {
        pulse.add(1, Duration.ofSeconds(9));
        for (var sample = 0; sample < Pulse.KEPT; sample++) {
            pulse.add(1, Duration.ofMillis(1));
        }
        assertThat(pulse.since(1)).isEqualTo(new Pulse.Beat(1, 1, 1, 1, Pulse.KEPT));
    }
}
