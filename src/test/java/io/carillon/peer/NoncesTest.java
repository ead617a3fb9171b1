package io.carillon.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is remembered of questions, and how much.
class NoncesTest {
    @Test
    void aNonceIsKnownForItsTimeAndNothingIsForgottenToMakeRoom() {
        var nonces = new Nonces(2);
        assertThat(nonces.take("a", 0, 100)).isEqualTo(Nonces.Found.NEW);
        assertThat(nonces.take("b", 50, 100)).isEqualTo(Nonces.Found.NEW);
        assertThat(nonces.take("a", 100, 100)).isEqualTo(Nonces.Found.KNOWN);
        assertThat(nonces.take("c", 100, 100)).isEqualTo(Nonces.Found.FULL);
        assertThat(nonces.take("c", 101, 100)).isEqualTo(Nonces.Found.NEW);
        assertThat(nonces.take("b", 150, 100)).isEqualTo(Nonces.Found.KNOWN);
    }
}
