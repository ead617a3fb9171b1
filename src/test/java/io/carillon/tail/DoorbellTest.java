package io.carillon.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.PostgresFixture;
import io.carillon.identity.NodeId;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The bell as Postgres rings it.
@Tag("A1")
class DoorbellTest {
    @Test
    void aBellThatRingsDuringTheSelfTestIsNotSwallowed() throws Exception {
        try (var fresh = PostgresFixture.freshDatabase();
                var listening = fresh.asRuntime();
                var writer = fresh.asOwner();
                var statement = writer.createStatement()) {
            var bell = new Doorbell(listening, NodeId.random());
            statement.execute("notify carillon");
            assertThat(bell.hears()).isTrue();
            assertThat(bell.await(10_000)).isPositive();
            assertThat(bell.await(0)).isZero();
        }
    }
}
