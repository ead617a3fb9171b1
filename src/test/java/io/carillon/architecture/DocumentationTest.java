package io.carillon.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What is public says what it is; links in the documents lead somewhere, settings that they name
/// exist; the project speaks of itself only.
class DocumentationTest {
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile(
                    "^(public |)(sealed |final |abstract |)*(class|record|enum|interface) \\w+");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern SETTING = Pattern.compile("`(carillon(?:\\.[a-z][a-z0-9-]*){2,})");
    private static final Pattern REFERENCE =
            Pattern.compile("^(?:\\||##) `(carillon\\.[a-z0-9.-]+)`", Pattern.MULTILINE);
    private static final int LONGEST = 500;

    @Test
    void everyTypeHasAComment() throws IOException {
        var without = new ArrayList<String>();
        for (var source : sources(Path.of("src/main/java"), ".java")) {
            var lines = Files.readAllLines(source);
            for (var number = 0; number < lines.size(); number++) {
                if (PUBLIC_TYPE.matcher(lines.get(number)).find() && !commented(lines, number)) {
                    without.add(source + ":" + (number + 1));
                }
            }
        }
        assertThat(without).isEmpty();
    }

    private static boolean commented(List<String> lines, int type) {
        for (var number = type - 1; number >= 0; number--) {
            var line = lines.get(number).strip();
            if (line.startsWith("///")) {
                return true;
            }
            // Annotations may stand in between, over several lines.
            if (line.isEmpty() || line.endsWith(";")) {
                return false;
            }
        }
        return false;
    }

    @Test
    void noFileIsTooLongToRead() throws IOException {
        var long500 = new ArrayList<Path>();
        for (var source : sources(Path.of("src"), ".java", ".sql", ".ts", ".tsx")) {
            var lines = Files.readAllLines(source);
            // What is made from something else is read there.
            if (lines.size() > LONGEST && !lines.getFirst().startsWith("// Made from ")) {
                long500.add(source);
            }
        }
        assertThat(long500).isEmpty();
    }

    @Test
    void everyLinkInTheDocumentsLeadsSomewhere() throws IOException {
        var dead = new ArrayList<String>();
        for (var document : documents()) {
            var matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                var target = matcher.group(1);
                if (!target.contains(":")
                        && !Files.exists(document.resolveSibling(target).normalize())) {
                    dead.add(document + " -> " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void everySettingInTheDocumentsExists() throws IOException {
        var known = new HashSet<>(Set.of("carillon.demo.enabled"));
        var reference = REFERENCE.matcher(Files.readString(Path.of("src/docs/configuration.md")));
        reference.results().forEach(found -> known.add(found.group(1)));
        var unknown = new ArrayList<String>();
        for (var document : documents()) {
            SETTING.matcher(Files.readString(document))
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> !known.contains(name))
                    .forEach(name -> unknown.add(document + ": " + name));
        }
        assertThat(known).hasSizeGreaterThan(100);
        assertThat(unknown).isEmpty();
    }

    private static List<Path> documents() throws IOException {
        var documents = new ArrayList<>(sources(Path.of("src/docs"), ".md"));
        documents.add(Path.of("README.md"));
        return documents;
    }

    @Test
    void theTopLevelHoldsWhatItShould() throws IOException {
        var known =
                Set.of("src", "infra", "terraform", "README.md", "pom.xml", "LICENSE", "target");
        try (var entries = Files.list(Path.of("."))) {
            var other =
                    entries.map(path -> path.getFileName().toString())
                            .filter(name -> !name.startsWith(".") && !known.contains(name))
                            .toList();
            assertThat(other).isEmpty();
        }
    }

    private static List<Path> sources(Path folder, String... endings) throws IOException {
        try (var files = Files.walk(folder)) {
            // What npm installed and what the web build made is nobody's text.
            return files.filter(file -> !file.toString().matches(".*/(node_modules|dist)/.*"))
                    .filter(file ->
                            Stream.of(endings).anyMatch(ending -> file.toString().endsWith(ending)))
                    .toList();
        }
    }
}
