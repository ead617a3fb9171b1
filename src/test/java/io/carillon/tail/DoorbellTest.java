package io.carillon.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.database.PostgresFixture;
import io.carillon.identity.NodeId;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;

import java.util.concurrent.Executors;

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

    @Test
    void aBellThatNeverRestsIsHeardWhileItRings() throws Exception {
        try (var fresh = PostgresFixture.freshDatabase();
                var listening = fresh.database().open("doorbell");
                var writer = fresh.asOwner();
                var statement = writer.createStatement();
                var elsewhere = Executors.newVirtualThreadPerTaskExecutor()) {
            var bell = new Doorbell(listening, NodeId.random());
            var ringing =
                    elsewhere.submit(() ->
                            statement.execute(
                                    """
                                    do $$
                                    declare
                                      until timestamptz := clock_timestamp() + interval '60 s';
                                    begin
                                      while clock_timestamp() < until loop
                                        notify carillon;
                                        commit;
                                      end loop;
                                    end $$
                                    """));
            assertThat(bell.await(10_000)).isPositive();
            assertThat(ringing.isDone()).as("heard at its end").isFalse();
            statement.cancel();
            assertThatThrownBy(ringing::get).hasRootCauseInstanceOf(PSQLException.class);
        }
    }
}
