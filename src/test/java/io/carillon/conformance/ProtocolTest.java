package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Cursor;
import io.carillon.channel.ResetReason;
import io.carillon.connection.Disconnect;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.Settings;
import io.carillon.hub.Run;
import io.carillon.transport.TransportSettings;
import io.carillon.wire.json.CommandDecoder;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The written protocol says what the source says.
@Tag("D7")
class ProtocolTest {
    private static List<String> lines;

    @BeforeAll
    static void read() throws IOException {
        lines = Files.readAllLines(Path.of("src", "docs", "protocol.md"));
    }

    @Test
    void everyErrorCodeIsInItsTableAndNoOther() {
        assertThat(table("code", "retry", "meaning"))
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorCode.values())
                                .map(it ->
                                        row(
                                                "`" + it.code() + "`",
                                                it.retry() ? "yes" : "no",
                                                it.meaning()))
                                .toList());
    }

    @Test
    void everyCloseCodeIsInItsTableAndNoOther() {
        assertThat(table("code", "reason", "meaning"))
                .containsExactlyElementsOf(
                        Arrays.stream(Disconnect.values())
                                .map(it ->
                                        row(
                                                Integer.toString(it.number()),
                                                "`" + it.reason() + "`",
                                                it.meaning()))
                                .toList());
    }

    @Test
    void everyResetReasonIsInItsTableAndNoOther() {
        assertThat(table("reason", "meaning").stream().map(line -> line.split("`")[1]))
                .containsExactlyElementsOf(
                        Arrays.stream(ResetReason.values()).map(ResetReason::code).toList());
    }

    @Test
    void limitsHaveTheDefaultsOfTheSource() {
        var told = table("setting", "default", "at the bound");
        var defaults =
                Stream.concat(defaults(Settings.class), defaults(TransportSettings.class)).toList();
        for (var line : told) {
            assertThat(defaults).as(line).anyMatch(line::startsWith);
        }
        // What is not told to clients is how the node reads its own log.
        assertThat(told).hasSize(defaults.size() - 2);
    }

    @Test
    void boundsInTheTextAreThoseOfTheSource() {
        var text = String.join(" ", lines);
        assertThat(text)
                .contains("nested more than " + CommandDecoder.MAX_DEPTH + " deep")
                .contains("an `events` message has at most " + Run.MAX_EVENTS)
                .contains(
                        "At most %,d characters and %,d pending"
                                .formatted(Cursor.MAX_LENGTH, Cursor.MAX_PENDING));
    }

    private static Stream<String> defaults(Class<?> settings) {
        var prefix = settings.getAnnotation(ConfigurationProperties.class).value();
        return Arrays.stream(settings.getDeclaredConstructors()[0].getParameters())
                .map(it ->
                        "| `%s.%s` | %s |"
                                .formatted(
                                        prefix,
                                        NameUtils.hyphenate(it.getName()),
                                        it.getAnnotation(Bindable.class).defaultValue()));
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /// @return the rows of the table with this head
    private static List<String> table(String... head) {
        var start = lines.indexOf(row(head));
        assertThat(start).as("the table " + row(head)).isNotNegative();
        return lines.subList(start + 2, lines.size()).stream()
                .takeWhile(it -> it.startsWith("|"))
                .toList();
    }
}
