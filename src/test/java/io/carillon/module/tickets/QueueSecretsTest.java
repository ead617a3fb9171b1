package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;

import io.carillon.conformance.TestNode;
import io.carillon.node.LogLines;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// What `/ws/{tenant}/{clientType}` logs.
@Timeout(60)
@Isolated("hears all that is logged")
class QueueSecretsTest {
    /// Not even at the level at which the framework tells whole addresses and headers.
    @Test
    @Tag("D1")
    void tokensAndKeysStandInNoLog() {
        var token = TestNode.token("acme", "ana", "clerk");
        var written = new ByteArrayOutputStream();
        var root = (Logger) LoggerFactory.getLogger("io");
        var appender = new OutputStreamAppender<ILoggingEvent>();
        var lines = new LogLines();
        lines.setContext(root.getLoggerContext());
        lines.setFormat("json");
        lines.start();
        appender.setContext(root.getLoggerContext());
        appender.setEncoder(lines);
        appender.setOutputStream(written);
        appender.start();
        var level = root.getLevel();
        root.setAdditive(false);
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
        try (var node = TestNode.start()) {
            Booth.at(node, "/ws/acme/operator?token=" + token).in().close();
            try (var first = Booth.at(node, "/ws/acme/operator")) {
                first.say("{\"type\":\"auth\",\"token\":\"" + token + "\"}").in();
            }
            var key = "YWNtZQ." + "k".repeat(43);
            try (var totem = Booth.at(node, "/ws/acme/totem", "Carillon-Device-Key", key)) {
                assertThat(totem.closeCode()).isEqualTo(4103);
            }
        } finally {
            root.setLevel(level);
            root.setAdditive(true);
            root.detachAppender(appender);
        }
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("/ws/acme/operator")
                .doesNotContain(token)
                .doesNotContain(token.substring(token.lastIndexOf('.') + 1))
                .doesNotContain("k".repeat(43));
    }
}
