package io.carillon.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// What can be said and heard here, for programs and people: `/openapi.yaml|json`,
/// `/asyncapi.yaml|json`, and a page for each at `/openapi` and `/asyncapi`.
///
/// The documents are resources that the build makes and a test keeps current. They tell of the
/// product, not of anybody's data, so no token is needed.
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
@Hidden
final class DocumentController {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Document openapi = Document.read("openapi");
    private final Document asyncapi = Document.read("asyncapi");
    private final Assets assets;

    DocumentController(Assets assets) {
        this.assets = assets;
    }

    private record Document(String yaml, String json) {
        static Document read(String name) {
            var resource = "/documents/" + name + ".yaml";
            try (var stream = DocumentController.class.getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new IllegalStateException(resource + " is not on the class path");
                }
                var yaml = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                return new Document(yaml, JSON.writeValueAsString(YAML.readTree(yaml)));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    @Get(value = "/openapi.yaml", produces = "application/yaml")
    HttpResponse<?> openapiYaml() {
        return document(openapi.yaml());
    }

    @Get(value = "/openapi.json", produces = "application/json")
    HttpResponse<?> openapiJson() {
        return document(openapi.json());
    }

    @Get(value = "/asyncapi.yaml", produces = "application/yaml")
    HttpResponse<?> asyncapiYaml() {
        return document(asyncapi.yaml());
    }

    @Get(value = "/asyncapi.json", produces = "application/json")
    HttpResponse<?> asyncapiJson() {
        return document(asyncapi.json());
    }

    @Get(value = "/openapi", produces = "text/html")
    HttpResponse<?> openapi(HttpRequest<?> request) {
        return Pages.answer(request, assets.page("openapi.html"));
    }

    @Get(value = "/asyncapi", produces = "text/html")
    HttpResponse<?> asyncapi(HttpRequest<?> request) {
        return Pages.answer(request, assets.page("asyncapi.html"));
    }

    private static HttpResponse<?> document(String text) {
        return Pages.guarded(HttpResponse.ok(text)).header("Cache-Control", "no-cache");
    }
}
