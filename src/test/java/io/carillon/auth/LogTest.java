package io.carillon.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

@Tag("A5")
class LogTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Request GET /events?ticket=S3cret-_x",
                "No matching route: GET /realtime?x=1&ticket=S3cret-_x&y=2",
                "event[source=GET /ws/acme/operator?token=S3cret-_x]",
                "GET /a?access_token=S3cret-_x HTTP/1.1",
                "GET /a?TICKET=S3cret-_x"
            })
    void addressesAreLoggedWithoutTicketsAndTokens(String message) throws JoranException {
        assertThat(line(message, null)).doesNotContain("S3cret").contains("=...");
    }

    @Test
    void neitherAreThoseOfExceptions() throws JoranException {
        var fault = new IllegalStateException("no route for /events?ticket=S3cret");

        assertThat(line("failed", fault))
                .doesNotContain("S3cret")
                .contains("IllegalStateException")
                .hasLineCount(1);
    }

    @Test
    void theRestOfALineStays() throws JoranException {
        assertThat(line("GET /realtime?ticket=S3cret&y=2 tokens=3\nnext", null))
                .contains("GET /realtime?ticket=...&y=2 tokens=3 | next");
    }

    private static String line(String message, Throwable thrown) throws JoranException {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogTest.class.getResource("/logback.xml"));
        var root = context.getLogger("ROOT");
        var console = (OutputStreamAppender<ILoggingEvent>) root.getAppender("console");
        var event = new LoggingEvent("x", root, Level.DEBUG, message, thrown, null);
        return new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
    }
}
