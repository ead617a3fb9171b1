package io.carillon.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ResetReason;
import io.carillon.connection.Disconnect;
import io.carillon.connection.ErrorCode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The client's codes are the server's.
@Tag("A7")
class CodesTest {
    private static final Path CODES = Path.of("src/web/client/src/codes.ts");

    @Test
    void errorsAreTheServers() throws IOException {
        assertThat(entries("ERROR_CODES"))
                .containsExactlyElementsOf(
                        lines(
                                Arrays.stream(ErrorCode.values())
                                        .map(it -> it.code() + ": " + it.retry())));
    }

    @Test
    void closeCodesAreTheServers() throws IOException {
        assertThat(entries("CLOSE_CODES"))
                .containsExactlyElementsOf(
                        lines(
                                Arrays.stream(Disconnect.values())
                                        .map(it -> it.number() + ": \"" + it.reason() + '"')));
    }

    @Test
    void resetReasonsAreTheServers() throws IOException {
        assertThat(entries("RESET_REASONS"))
                .containsExactlyElementsOf(
                        lines(
                                Arrays.stream(ResetReason.values())
                                        .map(it -> '"' + it.code() + '"')));
    }

    private static List<String> lines(Stream<String> lines) {
        return lines.toList();
    }

    /// @return what stands between the brackets of this constant
    private static List<String> entries(String constant) throws IOException {
        var found =
                Pattern.compile(constant + " = [\\[{](.*?)[\\]}] as const", Pattern.DOTALL)
                        .matcher(Files.readString(CODES));
        assertThat(found.find()).as(constant).isTrue();
        return Arrays.stream(found.group(1).split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }
}
