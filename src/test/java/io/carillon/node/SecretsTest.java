package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;

import io.carillon.api.admin.RestAnswer;
import io.carillon.conformance.Clients;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// What a whole node logs, at the finest level, while secrets come in by every way there is.
@Tag("A5")
@Tag("C9")
@Timeout(120)
@Isolated("hears all that is logged")
class SecretsTest {
    private static final Pattern TICKET = Pattern.compile("\"ticket\":\"([^\"]+)\"");

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void noTokenAndNoTicketGetsIntoTheLog(String format) {
        var key = "278e0c67a5a2d2aea456505b2b24802340a922f2dcb9e788";
        try (var node = TestNode.start("carillon.auth.metrics-key", key)) {
            node.open("news");
            var token = TestNode.token("acme", "ana");
            var bad = token.substring(0, token.length() - 4) + "AAAA";
            String ticket;
            String once;
            var log = new Log(format, Level.TRACE);
            try (log) {
                ticket = ticket(node, "stream", token);
                once = ticket(node, "once", token);
                RestAnswer.get(node, "/api/nothing", bad);
                RestAnswer.get(node, "/events?channels=news&ticket=" + ticket, "");
                RestAnswer.get(node, "/events?channels=news&ticket=x" + ticket, "");
                RestAnswer.get(node, "/events?channels=news&token=" + token, "");
                RestAnswer.get(node, "/events?channels=news", token);
                RestAnswer.get(node, "/realtime?ticket=" + once, "");
                RestAnswer.get(node, "/nowhere?access_token=" + token, token);
                RestAnswer.get(node, "/prometheus", key);
                RestAnswer.get(node, "/prometheus", key + "x");
                try (var socket = Clients.webSocket(node, token, "news")) {
                    node.emit("acme", "news", "told", "1");
                    socket.events(1);
                }
                Clients.refused(node, token, "other");
            }
            assertThat(log.text()).hasSizeGreaterThan(10_000).contains("/events?channels=news");
            for (var secret : new String[] {token, bad, ticket, once, key}) {
                assertThat(log.text().contains(secret)).isFalse();
                var part = secret.substring(secret.length() - 20);
                assertThat(log.text().lines().filter(line -> line.contains(part))).isEmpty();
            }
        }
    }

    @Test
    void theWayOfAnEventIsLoggedWithTheCorrelationIdOfItsRequest() {
        try (var node = TestNode.start("carillon.sight.round", "50ms");
                var log = new Log("json", Level.DEBUG, "io.carillon.way")) {
            node.open("news");
            try (var client = Clients.webSocket(node, TestNode.token("acme", "ana"), "news")) {
                node.sql(
                        "select carillon.emit('acme', 'news', 'told', '1',"
                                + " correlation_id => 'request-17')");
                client.events(1);
                var end = System.nanoTime() + 30_000_000_000L;
                while (!log.text().contains("told on news of acme")) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    LockSupport.parkNanos(20_000_000);
                }
                assertThat(log.text().lines())
                        .filteredOn(line -> line.contains("told on news of acme"))
                        .singleElement()
                        .asString()
                        .contains("\"correlationId\":\"request-17\"", "handed to 1, behind 0");
            }
        }
    }

    private static String ticket(TestNode node, String kind, String token) {
        var answer =
                RestAnswer.send(node, "POST", "/api/tickets", "{\"kind\":\"" + kind + "\"}", token);
        var found = TICKET.matcher(answer.text());
        assertThat(found.find()).as(answer.text()).isTrue();
        return found.group(1);
    }

    /// What a logger and all below it say, as it would stand in the file.
    private static final class Log implements AutoCloseable {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        private final Logger logger;
        private final Level before;

        Log(String format, Level level) {
            this(format, level, Logger.ROOT_LOGGER_NAME);
        }

        Log(String format, Level level, String name) {
            logger = (Logger) LoggerFactory.getLogger(name);
            before = logger.getLevel();
            var lines = new LogLines();
            lines.setContext(logger.getLoggerContext());
            lines.setFormat(format);
            lines.start();
            appender.setContext(logger.getLoggerContext());
            appender.setEncoder(lines);
            appender.setOutputStream(bytes);
            appender.start();
            logger.addAppender(appender);
            logger.setLevel(level);
            console(logger, Level.OFF);
        }

        /// The test's own output need not hold all that.
        private static void console(Logger logger, Level level) {
            if (logger.getName().equals(Logger.ROOT_LOGGER_NAME)) {
                var console = logger.getAppender("console");
                if (level == Level.OFF) {
                    console.stop();
                } else {
                    console.start();
                }
            }
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            logger.setLevel(before);
            logger.detachAppender(appender);
            console(logger, Level.INFO);
        }
    }
}
