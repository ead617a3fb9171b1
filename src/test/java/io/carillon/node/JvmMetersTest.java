package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/// A node that has stopped leaves nothing of its metrics behind in the JVM.
@Timeout(60)
@Isolated("counts what nodes hang on the log")
class JvmMetersTest {
    @Test
    void aStoppedNodeReadsNoLogLines() {
        var log = (LoggerContext) LoggerFactory.getILoggerFactory();
        var before = log.getTurboFilterList().size();
        try (var node = TestNode.start()) {
            assertThat(node.connections().count()).isZero();
            assertThat(log.getTurboFilterList()).hasSizeGreaterThan(before);
        }
        assertThat(log.getTurboFilterList()).hasSize(before);
    }
}
