package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

@Tag("C9")
class LogLinesTest {
    @Test
    void aLineForMachinesIsOneObjectWithTheWordsThatTieItToItsRequest() throws IOException {
        var fault = new IllegalStateException("a \"quoted\"\nfault");

        var line = line("json", "hello\n\"you\" \u0001", fault, Map.of("correlationId", "r-1"));

        assertThat(line).hasLineCount(1).endsWith("\n");
        var fields = new ObjectMapper().readValue(line, Map.class);
        assertThat(fields.keySet())
                .map(String::valueOf)
                .containsExactly(
                        "at", "level", "logger", "thread", "message", "correlationId", "fault");
        assertThat(fields.get("message")).isEqualTo("hello | \"you\" \u0001");
        assertThat(fields.get("correlationId")).isEqualTo("r-1");
        assertThat(String.valueOf(fields.get("fault")))
                .startsWith("java.lang.IllegalStateException: a \"quoted\" | fault")
                .contains("LogLinesTest");
    }

    @Test
    void aLineForPeopleEndsWithTheCorrelationIdWhereThereIsOne() {
        assertThat(line("text", "hello", null, Map.of("correlationId", "r-1")))
                .endsWith("hello [r-1]\n");
        assertThat(line("text", "hello", null, Map.of())).endsWith("hello\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /events?channels=a&ticket=S3cretS3cret",
                "authorization: Bearer S3cretS3cretS3cret",
                "Authorization: [Bearer S3cret.S3cret-S3cret_=]",
                "{\"command\":\"connect\",\"token\":\"S3cretS3cret\"}",
                "{\"ticket\" : \"S3cretS3cret\"}",
                "{\"password\":\"S3cret\"}",
                "{\"type\":\"auth\",\"device_key\":\"S3cretS3cret\"}",
                "Carillon-Device-Key: YWNtZQ.S3cretS3cret",
                "Carillon-Device-Key=[YWNtZQ.S3cretS3cret]",
                "token was eyJS3cret.S3cretS3cret.S3cretS3cret, sorry"
            })
    void secretsAreCutOutWhoeverLogsThem(String message) {
        for (var format : new String[] {"text", "json"}) {
            var fault = new IllegalStateException(message);
            assertThat(line(format, message, fault, Map.of("correlationId", message)))
                    .doesNotContain("S3cretS3cret")
                    .doesNotContain("\"S3cret")
                    .contains("...");
        }
    }

    @Test
    void challengesStay() {
        assertThat(line("text", "WWW-Authenticate: Bearer error=\"invalid_token\"", null, Map.of()))
                .contains("Bearer error=\"invalid_token\"");
    }

    private static String line(
            String format, String message, Throwable thrown, Map<String, String> words) {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var lines = new LogLines();
        lines.setContext(context);
        lines.setFormat(format);
        lines.start();
        var root = context.getLogger("ROOT");
        var event = new LoggingEvent("x", root, Level.INFO, message, thrown, null);
        event.setMDCPropertyMap(words);
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }
}
