package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Every request that the OpenAPI document shows is sent to the product as it stands there,
/// answered with the status that the document names first, and the answer is as its schema says.
///
/// What an example cannot know, a code or a secret that is made up each time, is put in.
@Timeout(60)
@Tag("D7")
@Tag("C9")
class DocumentedExamplesTest {
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String FIRST = "\"1\"";

    private static ModuleNode node;
    private static Person ana;
    private static Person cora;
    private static JsonNode document;
    private final TreeSet<String> sent = new TreeSet<>();

    /// Paths of the document, and what each was in truth.
    private final Map<String, String> paths = new TreeMap<>();

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        ana = node.person("acme", "ana", "admin", "approver", "service", "member");
        cora = node.person("acme", "cora", "approver");
        document = tidied(ana.get("/openapi.json").ok());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void whatIsShownWorksAndIsAnsweredAsDescribed() {
        agents();
        approvals();
        conversations();
        send(ana, "POST", "/api/notifications");
        queue();
        screens();
        studios();
        assertThat(sent).isEqualTo(shown());
        read();
    }

    private void agents() {
        send(ana, "POST", "/api/agents");
        at("/api/agents/{id}", "/api/agents/ringer");
        send(ana, "PATCH", "/api/agents/{id}", "If-Match", FIRST);
        send(ana, "POST", "/api/agents/{id}/heartbeat");
        send(ana, "POST", "/api/agents/{id}/messages");
        send(ana, "POST", "/api/agents/{id}/events");
    }

    private void approvals() {
        var refused = send(ana, "POST", "/api/approvals").id();
        at("/api/approvals/{id}", "/api/approvals/" + refused);
        send(cora, "POST", "/api/approvals/{id}/reject");
        at("/api/approvals/{id}", "/api/approvals/" + send(ana, "POST", "/api/approvals").id());
        send(ana, "PATCH", "/api/approvals/{id}", "If-Match", FIRST);
        send(cora, "POST", "/api/approvals/{id}/approve");
    }

    private void conversations() {
        var conversation = "/api/conversations/{id}";
        var id = send(ana, "POST", "/api/conversations").id();
        at(conversation, "/api/conversations/" + id);
        send(ana, "PATCH", conversation, "If-Match", FIRST);
        var message = send(ana, "POST", conversation + "/messages").id();
        at(conversation + "/messages/{message}", paths.get(conversation) + "/messages/" + message);
        send(ana, "PATCH", conversation + "/messages/{message}", "If-Match", FIRST);
        send(ana, "POST", conversation + "/members");
        at(conversation + "/members/{member}", paths.get(conversation) + "/members/cora");
        send(ana, "PATCH", conversation + "/members/{member}");
        send(ana, "POST", conversation + "/delivered");
        send(ana, "POST", conversation + "/read");
        send(ana, "POST", conversation + "/typing");
    }

    private void queue() {
        send(ana, "PATCH", "/api/queue/settings", "If-Match", FIRST);
        at("/api/queue/services/{id}", "/api/queue/services/" + made("services"));
        at("/api/queue/counters/{id}", "/api/queue/counters/" + made("counters"));
        send(ana, "PATCH", "/api/queue/counters/{id}", "If-Match", FIRST);
        at("/api/queue/tickets/{id}", "/api/queue/tickets/" + made("tickets"));
        ana.post("/api/queue/services", "{\"name\":\"Returns\",\"prefix\":\"B\"}").ok();
        ana.post(paths.get("/api/queue/counters/{id}") + "/next", "").ok();
        send(ana, "POST", "/api/queue/tickets/{id}/transfer");
        send(ana, "PATCH", "/api/queue/services/{id}", "If-Match", FIRST);
    }

    private String made(String what) {
        return send(ana, "POST", "/api/queue/" + what).id();
    }

    private void screens() {
        var begun = send(ana, "POST", "/api/queue/pairings").body();
        at("/api/queue/pairings/{code}", "/api/queue/pairings/" + begun.get("code").asText());
        answered(ana, "GET", "/api/queue/pairings/{code}", "");
        var approval = filled("POST", "/api/queue/screens", "code", begun.get("code"));
        var screen = answered(ana, "POST", "/api/queue/screens", approval).id();
        at("/api/queue/screens/{id}", "/api/queue/screens/" + screen);
        var claim = filled("POST", "/api/queue/pairings/claim", "secret", begun.get("secret"));
        answered(ana, "POST", "/api/queue/pairings/claim", claim);
        // It cannot be looked at any more.
        paths.remove("/api/queue/pairings/{code}");
    }

    private void studios() {
        var studio = "/api/studios/{id}";
        at(studio, "/api/studios/" + send(ana, "POST", "/api/studios").id());
        send(ana, "PATCH", studio, "If-Match", FIRST);
        send(ana, "PATCH", "/api/studio/settings", "If-Match", FIRST);
        send(ana, "PUT", studio + "/listeners");
        var session = send(ana, "POST", studio + "/sessions").id();
        at(studio + "/sessions/{session}", paths.get(studio) + "/sessions/" + session);
        send(ana, "PATCH", studio + "/sessions/{session}", "If-Match", FIRST);
        send(ana, "POST", studio + "/tracks");
        send(ana, "POST", "/api/studio/samples");
    }

    private void at(String path, String truth) {
        paths.put(path, truth);
    }

    /// What is there now is told as the document says: lists, and each of what was made.
    private void read() {
        var told = new ArrayList<String>();
        document.get("paths")
                .properties()
                .forEach(path -> {
                    var modules = path.getKey().matches("/api/(?!admin|demo|me|presence).*");
                    if (modules && path.getValue().has("get") && !truth(path.getKey()).isEmpty()) {
                        answered(ana, "GET", path.getKey(), "");
                        told.add(path.getKey());
                    }
                });
        assertThat(told)
                .contains(
                        "/api/approvals",
                        "/api/agents/{id}/messages",
                        "/api/conversations/{id}/messages/{message}",
                        "/api/notifications/unread",
                        "/api/queue",
                        "/api/queue/tickets/{id}/place",
                        "/api/queue/screens/{id}",
                        "/api/studios/{id}/status",
                        "/api/studio/status")
                .hasSizeGreaterThan(30);
    }

    /// @return where it is, or nothing when nobody made it
    private String truth(String path) {
        if (!path.contains("{")) {
            return path;
        }
        return paths.keySet().stream()
                .filter(path::startsWith)
                .filter(known -> !path.substring(known.length()).contains("{"))
                .max(java.util.Comparator.comparingInt(String::length))
                .map(known -> paths.get(known) + path.substring(known.length()))
                .orElse("");
    }

    private Person.Answer send(Person who, String method, String path, String... headers) {
        return answered(who, method, path, example(method, path).toString(), headers);
    }

    private static String filled(String method, String path, String member, JsonNode value) {
        var body = (ObjectNode) example(method, path).deepCopy();
        assertThat(body.has(member)).isTrue();
        return body.set(member, value).toString();
    }

    private Person.Answer answered(
            Person who, String method, String path, String body, String... headers) {
        var answer = who.send(method, truth(path), body, headers);
        var operation = operation(method, path);
        var first = operation.get("responses").properties().iterator().next();
        var what = method + " " + path + " " + body + ": " + answer.status() + answer.body();
        assertThat(Integer.toString(answer.status())).as(what).isEqualTo(first.getKey());
        var schema = first.getValue().at("/content/application~1json/schema");
        if (!schema.isMissingNode()) {
            var whole = ((ObjectNode) document).objectNode();
            whole.putArray("allOf").add(schema);
            whole.set("components", document.get("components"));
            assertThat(
                            SCHEMAS.getSchema(whole.toString(), InputFormat.JSON)
                                    .validate(answer.body().toString(), InputFormat.JSON))
                    .as(what)
                    .isEmpty();
        }
        if (!body.isEmpty()) {
            sent.add(method + " " + path);
        }
        return answer;
    }

    private static JsonNode operation(String method, String path) {
        return document.get("paths").get(path).get(method.toLowerCase(java.util.Locale.ROOT));
    }

    private static JsonNode example(String method, String path) {
        return example(operation(method, path));
    }

    private static JsonNode example(JsonNode operation) {
        var schema = operation.at("/requestBody/content/application~1json/schema");
        var example = document.at(schema.path("$ref").asText().replace("#", "")).path("example");
        return example.isTextual() ? Person.json(example.asText()) : example;
    }

    private static TreeSet<String> shown() {
        var shown = new TreeSet<String>();
        document.get("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation -> {
                                    if (!example(operation.getValue()).isMissingNode()) {
                                        var method =
                                                operation
                                                        .getKey()
                                                        .toUpperCase(java.util.Locale.ROOT);
                                        shown.add(method + " " + path.getKey());
                                    }
                                }));
        return shown;
    }

    /// OpenAPI 3.0 says `nullable` where JSON Schema has a type for it.
    private static JsonNode tidied(JsonNode schema) {
        if (schema instanceof ArrayNode list) {
            var tidied = list.arrayNode();
            list.forEach(one -> tidied.add(tidied(one)));
            return tidied;
        }
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        var tidied = object.objectNode();
        object.properties().forEach(it -> tidied.set(it.getKey(), tidied(it.getValue())));
        if (!tidied.path("nullable").asBoolean()) {
            return tidied;
        }
        tidied.remove("nullable");
        var either = object.objectNode();
        either.putArray("anyOf").add(tidied).addObject().put("type", "null");
        return either;
    }
}
