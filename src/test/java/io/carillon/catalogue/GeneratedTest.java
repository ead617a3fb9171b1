package io.carillon.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is made from the catalogue and from the controllers is current.
///
/// `mvn test -Dtest=GeneratedTest -Ddocs=apply` writes it.
@Tag("C9")
@Tag("D7")
class GeneratedTest {
    private static final ObjectMapper YAML =
            new ObjectMapper(
                    YAMLFactory.builder()
                            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                            .disable(YAMLGenerator.Feature.SPLIT_LINES)
                            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                            .build());
    private static final Path DOCUMENTS = Path.of("src/main/resources/documents");

    @Test
    void theAsyncApiDocument() throws IOException {
        var document = YAML.writeValueAsString(AsyncApi.of(Catalogue.load()));
        assertThat(YAML.readTree(document)).isEqualTo(AsyncApi.of(Catalogue.load()));
        current(DOCUMENTS.resolve("asyncapi.yaml"), document);
    }

    @Test
    void theTypeScriptTypes() throws IOException {
        current(Path.of("src/web/client/src/events.ts"), TypeScript.of(Catalogue.load()));
    }

    /// The compiler made it from the controllers; the copy shows in review what a change means.
    @Test
    void theOpenApiDocument() throws IOException {
        var compiled = Path.of("target/classes/META-INF/swagger/carillon.yml");
        var tidied = RestDocumentTidied.of(YAML.readTree(Files.readString(compiled)));
        current(DOCUMENTS.resolve("openapi.yaml"), YAML.writeValueAsString(tidied));
    }

    private static void current(Path file, String text) throws IOException {
        if ("apply".equals(System.getProperty("docs"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s is stale; run: mvn test -Dtest=GeneratedTest -Ddocs=apply", file)
                .isEqualTo(text);
    }
}
