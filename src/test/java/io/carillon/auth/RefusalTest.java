package io.carillon.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

class RefusalTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| (yes|no) \\|.*");

    @Test
    void theDocumentsTableIsTheEnum() throws IOException {
        var documented =
                Files.readAllLines(Path.of("src/docs/security.md")).stream()
                        .map(ROW::matcher)
                        .filter(row -> row.matches())
                        .map(row -> row.group(1) + " " + row.group(2))
                        .toList();

        assertThat(documented)
                .containsExactlyElementsOf(
                        Arrays.stream(Refusal.values())
                                .map(code -> code.code() + (code.retry() ? " yes" : " no"))
                                .toList());
    }
}
