package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;

import io.carillon.conformance.TestNode;
import io.carillon.hub.Hub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

import java.lang.ref.WeakReference;
import java.util.concurrent.locks.LockSupport;

/// A node that has stopped leaves nothing behind in its JVM.
@Timeout(60)
@Isolated("collects garbage")
class JvmMetersTest {
    @Test
    void nothingOfAStoppedNodeStays() {
        var log = (LoggerContext) LoggerFactory.getILoggerFactory();
        var filters = log.getTurboFilterList().size();
        var hub = stopped();
        assertThat(log.getTurboFilterList()).hasSize(filters);
        while (!hub.refersTo(null)) {
            assertThat(Thread.interrupted()).as("in vain").isFalse();
            System.gc();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static WeakReference<Hub> stopped() {
        try (var node = TestNode.start()) {
            return new WeakReference<>(node.hub());
        }
    }
}
