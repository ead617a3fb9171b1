package io.carillon.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.Database;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

import javax.sql.DataSource;

@Timeout(20)
@Tag("F6")
class BroadcastsTest {
    @Test
    void aFaultTakesItsEventsAndNoLaterOnes() throws InterruptedException {
        var first = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        var pool =
                (DataSource)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {DataSource.class},
                                (proxy, method, arguments) -> {
                                    if (first.getCount() > 0) {
                                        first.countDown();
                                        throw new LinkageError("as the test wants it");
                                    }
                                    second.countDown();
                                    throw new SQLException("away");
                                });
        var database =
                new Database(
                        pool,
                        purpose -> {
                            throw new SQLException("not asked for");
                        });
        try (var broadcasts = new Broadcasts(database)) {
            broadcasts.publish("acme", "orders", "typing.start", null, "ana");
            first.await();
            broadcasts.publish("acme", "orders", "typing.start", null, "ana");
            second.await();
            assertThat(broadcasts.dropped()).isPositive();
        }
    }
}
