package io.carillon.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import io.carillon.Aside;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/// Every source has the one format. `mvn test -Dtest=FormatTest -Dformat=apply` writes it.
///
/// A test and not a build plugin, because the formatter needs the project's Java and Maven may run
/// on an older one.
@Aside
class FormatTest {
    private final Formatter formatter =
            new Formatter(
                    JavaFormatterOptions.builder()
                            .style(JavaFormatterOptions.Style.AOSP)
                            .formatJavadoc(false)
                            .build());

    @Test
    void everySourceIsFormatted() throws IOException, FormatterException {
        var apply = "apply".equals(System.getProperty("format"));
        var wrong = new ArrayList<Path>();
        try (var paths = Files.walk(Path.of("src"))) {
            for (var path : paths.filter(file -> file.toString().endsWith(".java")).toList()) {
                var source = Files.readString(path);
                var formatted =
                        formatter.formatSourceAndFixImports(
                                RemoveUnusedImports.removeUnusedImports(source));
                if (apply) {
                    Files.writeString(path, formatted);
                } else if (!formatted.equals(source)) {
                    wrong.add(path);
                }
            }
        }
        assertThat(wrong)
                .as("not formatted; run: mvn test -Dtest=FormatTest -Dformat=apply")
                .isEmpty();
    }
}
