package io.carillon.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.configuration.Setting;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `src/docs/configuration.md` is made from the settings records, and a few words on what is in
/// none, and is current.
///
/// `mvn test -Dtest=ConfigurationReferenceTest -Ddocs=apply` writes it.
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("src/docs/configuration.md");
    private static final Pattern RECORD =
            Pattern.compile(
                    "((?:^///.*\\n)+)@ConfigurationProperties\\(\"([^\"]+)\"\\)\\n"
                            + "(?:public )?record \\w+\\(([\\s\\S]*?)\\) (?:implements \\w+ )?\\{",
                    Pattern.MULTILINE);
    private static final Pattern COMPONENT =
            Pattern.compile(
                    "(?:@Bindable\\(defaultValue = (?:\"([^\"]*)\"|[\\w.]+)\\)\\s+)?"
                            + "(?:@Nullable )?([\\w<>]+) (\\w+)(?:,|$)");

    private static final String HEAD =
            """
            # Configuration

            Made from the settings records in the source; do not edit. Every setting can be given as an environment
            variable or in a configuration file (`MICRONAUT_CONFIG_FILES`). Durations are written `250ms`, `10s`, `1m`.
            A value that is out of range ends the start with one line that says so.

            ## The node itself

            What is in no record.

            | setting | default | meaning |
            |---|---|---|
            | `carillon.mode`<br>`CARILLON_MODE` | `production` | or `development`: [what differs](security.md#production-and-development) |
            | `carillon.port`<br>`CARILLON_PORT` | `8080` | where the node listens |
            | `carillon.home`<br>`CARILLON_HOME` | `.` | where the node keeps its `.data`; `/data` in the image |
            | `carillon.demo.enabled`<br>`CARILLON_DEMO_ENABLED` | `true` in development | all of the demonstration; production refuses `true` |
            | `CARILLON_LOG_FORMAT` | `json`; `text` in development | lines of the log; an environment variable only |
            | `CARILLON_LOG_LEVEL` | `INFO` | level of all loggers; an environment variable only |
            """;

    private record Row(String name, String fallback, String meaning) {}

    @Test
    void theReferenceIsCurrent() throws IOException {
        var page = render();
        if ("apply".equals(System.getProperty("docs"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("stale; run: mvn test -Dtest=ConfigurationReferenceTest -Ddocs=apply")
                .isEqualTo(page);
    }

    private static String render() throws IOException {
        var sections = new TreeMap<String, String>();
        try (var sources = Files.walk(Path.of("src/main/java"))) {
            for (var source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                var matcher = RECORD.matcher(Files.readString(source));
                while (matcher.find()) {
                    sections.put(matcher.group(2), section(matcher));
                }
            }
        }
        return HEAD + String.join("", sections.values());
    }

    private static String section(Matcher record) {
        var prefix = record.group(2);
        var comment = record.group(1).replaceAll("(?m)^/// ?", "");
        var parts = comment.split("@param ");
        var text = new StringBuilder("\n## `" + prefix + "`\n\n");
        text.append(plain(parts[0])).append("\n\n| setting | default | meaning |\n|---|---|---|\n");
        for (var row : rows(prefix, record.group(3), parts)) {
            text.append(
                    "| `%s`<br>`%s` | %s | %s |\n"
                            .formatted(
                                    row.name(),
                                    Setting.variable(row.name()),
                                    row.fallback().isEmpty() ? "" : "`" + row.fallback() + "`",
                                    row.meaning()));
        }
        return text.toString();
    }

    private static List<Row> rows(String prefix, String components, String[] comments) {
        var rows = new ArrayList<Row>();
        var matcher = COMPONENT.matcher(components.replaceAll("\\s+", " ").strip());
        while (matcher.find()) {
            var component = matcher.group(3);
            var meaning =
                    java.util.Arrays.stream(comments)
                            .filter(comment -> comment.startsWith(component + " "))
                            .map(comment -> plain(comment.substring(component.length())))
                            .findFirst();
            assertThat(meaning).as("%s.%s has no comment", prefix, component).isPresent();
            var fallback = matcher.group(1) == null ? "" : matcher.group(1);
            var kebab = component.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            rows.add(new Row(prefix + "." + kebab, fallback, meaning.orElseThrow()));
        }
        return rows;
    }

    /// One line, links without their brackets.
    private static String plain(String comment) {
        return comment.replaceAll("\\s+", " ")
                .replaceAll("\\[#?([\\w.]+)\\](?!\\()", "`$1`")
                .replace("|", "\\|")
                .strip();
    }
}
