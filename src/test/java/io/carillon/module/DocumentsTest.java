package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import io.carillon.catalogue.Catalogue;
import io.carillon.catalogue.EventType;
import io.swagger.v3.parser.OpenAPIV3Parser;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.stream.Stream;

/// The documents that the running product serves: valid by other people's validators, and what they
/// show as examples works.
@Tag("D7")
class DocumentsTest {
    private static ModuleNode node;
    private static Person admin;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        admin = node.person("acme", "ana", "admin", "approver", "service", "member");
        // Whoever follows chat:1 is a member of it.
        assertThat(admin.post("/api/conversations", "{\"title\":\"First\"}").id()).isEqualTo("1");
        // Channels of modules that are not here yet.
        types().flatMap(type -> type.channels().stream())
                .map(channel -> channel.pattern())
                .distinct()
                .forEach(DocumentsTest::open);
    }

    private static void open(String pattern) {
        var known = "select count(*) from carillon.channel_rule where pattern = '%s'";
        if (node.node().ask(known.formatted(pattern)).equals("0")) {
            var members = pattern.contains("{key}") ? ", members => 'select'" : "";
            node.node().sql("select carillon.rule('%s'%s)".formatted(pattern, members));
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void theOpenApiDocumentIsOne() {
        var yaml = admin.get("/openapi.yaml").whole().body();
        var parsed = new OpenAPIV3Parser().readContents(yaml);
        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getPaths())
                .containsKeys("/api/approvals", "/api/agents/{id}");
        assertThat(admin.get("/openapi.json").ok().path("paths").has("/api/approvals")).isTrue();
    }

    @Test
    void theAsyncApiDocumentIsOne() throws IOException {
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
        try (var schema = getClass().getResourceAsStream("/asyncapi/3.0.0.json")) {
            var errors =
                    registry.getSchema(schema, InputFormat.JSON)
                            .validate(admin.get("/asyncapi.json").ok());
            assertThat(errors).isEmpty();
        }
        assertThat(admin.get("/asyncapi.yaml").whole().body()).startsWith("asyncapi: 3.0.0");
    }

    @Test
    void thereIsAPageForEach() {
        for (var path : new String[] {"/openapi", "/asyncapi"}) {
            var page = admin.send("GET", path, "", "Accept", "text/html").whole();
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("/assets/reference.").contains(path + ".json");
            assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        }
    }

    /// Of every create below a fixed path that has an example.
    @Test
    @Tag("C9")
    void whatOpenApiShowsWorks() {
        var document = admin.get("/openapi.json").ok();
        // Of another tenant: what is made there tells of itself.
        var maker = node.person("initech", "ana", "admin", "approver", "service", "member");
        var tried = new ArrayList<String>();
        document.get("paths")
                .properties()
                .forEach(path -> {
                    var body =
                            path.getValue()
                                    .at("/post/requestBody/content/application~1json/schema/$ref")
                                    .asText();
                    var example = document.at(body.replace("#", "")).path("example");
                    var module =
                            path.getKey().split("/").length == 3
                                    && path.getKey().startsWith("/api/");
                    if (module && !body.isEmpty() && !example.isMissingNode()) {
                        var answer = maker.post(path.getKey(), text(example));
                        assertThat(answer.status())
                                .as(path.getKey() + answer.body())
                                .isEqualTo(201);
                        tried.add(path.getKey());
                    }
                });
        assertThat(tried)
                .contains(
                        "/api/approvals",
                        "/api/agents",
                        "/api/notifications",
                        "/api/conversations");
    }

    private static String text(JsonNode example) {
        return example.isTextual() ? example.asText() : example.toString();
    }

    static Stream<EventType> types() {
        return Catalogue.load().types().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    @Tag("C9")
    void whatAsyncApiShowsArrives(EventType type) {
        for (var channelType : type.channels()) {
            var pattern = channelType.pattern();
            var channel =
                    pattern.replace("{user}", "ana")
                            .replace("{role}", "admin")
                            .replace("{key}", "1");
            node.node().awaitSeen();
            try (var follower = admin.follow(channel)) {
                var name = type.type().replace("*", "thing");
                var sql = "select carillon.%s('acme', '%s', '%s', '%s')";
                node.node()
                        .sql(
                                sql.formatted(
                                        type.ephemeral() ? "broadcast" : "emit",
                                        channel,
                                        name,
                                        type.example().toString().replace("'", "''")));
                var heard = follower.next(name).data();
                assertThat(heard.toString().length()).isEqualTo(type.example().toString().length());
                assertThat(Catalogue.load().judge(channel, name, heard.toString()))
                        .isInstanceOf(io.carillon.catalogue.Judgement.Valid.class);
            }
        }
    }

    @Test
    @Tag("C9")
    void whatSqlEmitsWronglyArrivesAsInvalidWithItsKey() {
        node.node().awaitSeen();
        try (var follower = admin.follow("approvals");
                var again = admin.follow("approvals")) {
            node.node().emit("acme", "approvals", "approval.updated", "{\"key\":{\"id\":\"5\"}}");
            node.node().emit("acme", "approvals", "approval.mine", "{}");
            for (var client : new Follower[] {follower, again}) {
                var heard = client.next("carillon.invalid");
                assertThat(heard.data().get("type").asText()).isEqualTo("approval.updated");
                assertThat(heard.data().get("key").get("id").asText()).isEqualTo("5");
                client.next("approval.mine");
            }
        }
        assertThat(node.node().bean(io.carillon.catalogue.Inspection.class).invalid()).isPositive();
    }
}
