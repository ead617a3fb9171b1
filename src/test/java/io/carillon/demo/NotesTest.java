package io.carillon.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.database.Database;
import io.carillon.database.StatementFailed;
import io.carillon.database.Work;
import io.carillon.database.Writer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

class NotesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOTES = "/api/demo/notes";
    private static final String[] ANA = DemoNode.as("acme", "ana");
    private static final String[] DORA = DemoNode.as("globex", "dora");

    private static DemoNode node;

    @BeforeAll
    static void start() {
        node = DemoNode.development();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("A5")
    void aTenantSeesItsOwnNotesOnly() throws IOException {
        for (var who : List.of(ANA, DORA)) {
            var tenants =
                    list(node.get(NOTES + "?tenant=globex&tenant_id=acme", who)).values().stream()
                            .map(note -> note.get("tenant_id").asText())
                            .distinct()
                            .toList();
            assertThat(tenants).containsExactly(who == ANA ? "acme" : "globex");
        }
        assertThat(list(node.get(NOTES, DemoNode.as("initech", "ana")))).isEmpty();
    }

    @Test
    @Tag("A5")
    void nobodyTouchesAnotherTenantsNote() throws IOException {
        var id = added("mine", ANA);
        for (var method : List.of("PATCH", "DELETE")) {
            var body = method.equals("PATCH") ? "{\"text\":\"theirs\"}" : "";
            problem(node.send(method, NOTES + "/" + id, body, DORA), 404, "note_missing");
        }
        assertThat(list(node.get(NOTES, ANA)).get(id).get("text").asText()).isEqualTo("mine");
    }

    @Test
    @Tag("A5")
    void rowSecurityIsASecondWall() {
        assertThat(ask("select count(*) from demo.note")).isEqualTo("0");
        assertThat(written("acme", "select string_agg(distinct tenant_id, ',') from demo.note"))
                .isEqualTo("acme");
        assertThat(
                        written(
                                "acme",
                                "with gone as (delete from demo.note where tenant_id = 'globex'"
                                        + " returning 1) select count(*) from gone"))
                .isEqualTo("0");
        refused("42501", "insert into demo.note (tenant_id, text) values ('globex', 'x')");
        refused("42501", "update demo.note set tenant_id = 'globex'");
        refused("42501", "alter table demo.note disable row level security");
    }

    @Test
    @Tag("A5")
    void withoutATokenThereIsNothingToSee() throws IOException {
        problem(node.get(NOTES), 401, "token_missing");
        problem(node.send("POST", NOTES, "{\"text\":\"x\"}"), 401, "token_missing");
        problem(node.send("DELETE", NOTES + "/1", ""), 401, "token_missing");
    }

    @Test
    @Tag("C9")
    void aWriteSaysInItsEventWhoWroteItForWhichRequest() throws IOException {
        var answer =
                node.send(
                        "POST",
                        NOTES,
                        "{\"text\":\" named \"}",
                        with(ANA, "X-Correlation-Id", "request-7", "Carillon-Ref", "click-9"));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("X-Correlation-Id")).hasValue("request-7");
        var note = JSON.readTree(answer.body());
        assertThat(note.get("text").asText()).isEqualTo("named");
        assertThat(answer.headers().firstValue("Location"))
                .hasValue(NOTES + "/" + note.get("id").asText());
        assertThat(
                        ask(
                                "select concat_ws(',', tenant, channel, type, actor,"
                                        + " correlation_id) from carillon.event where ref ="
                                        + " 'click-9'"))
                .isEqualTo("acme,notes,note.created,ana,request-7");
        assertThat(ask("select data ->> 'row' from carillon.event where ref = 'click-9'"))
                .as("the event's row and the answer's note are one shape")
                .satisfies(row -> assertThat(JSON.readTree(row)).isEqualTo(note));
    }

    @Test
    @Tag("C9")
    void everyRequestHasACorrelationId() throws IOException {
        var made = node.get(NOTES, ANA).headers().firstValue("X-Correlation-Id").orElse("");
        assertThat(made).hasSizeBetween(16, 200);
        assertThat(node.get(NOTES, ANA).headers().firstValue("X-Correlation-Id").orElse(""))
                .isNotEqualTo(made);
        assertThat(node.get(NOTES).headers().firstValue("X-Correlation-Id")).isPresent();
        for (var bad : List.of("two words", "x".repeat(201))) {
            problem(node.get(NOTES, with(ANA, "X-Correlation-Id", bad)), 400, "correlation_id");
            problem(node.get(NOTES, with(ANA, "Carillon-Ref", bad)), 400, "ref");
        }
    }

    @Test
    void aNoteIsChangedInPartsAndDeletedOnce() throws IOException {
        var path = NOTES + "/" + added("draft", ANA);

        var done = JSON.readTree(node.send("PATCH", path, "{\"done\":true}", ANA).body());
        assertThat(done.get("done").asBoolean()).isTrue();
        assertThat(done.get("text").asText()).isEqualTo("draft");
        var said = JSON.readTree(node.send("PATCH", path, "{\"text\":\"final\"}", ANA).body());
        assertThat(said.get("done").asBoolean()).isTrue();
        assertThat(said.get("text").asText()).isEqualTo("final");
        assertThat(said.get("updated_at").asText()).isGreaterThan(done.get("updated_at").asText());
        assertThat(node.send("DELETE", path, "", ANA).statusCode()).isEqualTo(204);
        problem(node.send("DELETE", path, "", ANA), 404, "note_missing");
        problem(node.send("PATCH", path, "{\"done\":false}", ANA), 404, "note_missing");
    }

    @Test
    void whatIsNoNoteIsRefusedWithACode() throws IOException {
        for (var text : List.of("", "   ", "x".repeat(501), "a\\nb")) {
            var body = "{\"text\":\"" + text + "\"}";
            problem(node.send("POST", NOTES, body, ANA), 400, "note_text");
            problem(node.send("PATCH", NOTES + "/1", body, ANA), 400, "note_text");
        }
        for (var text : List.of("a\\u0000b", "\\ud800")) {
            var body = "{\"text\":\"" + text + "\"}";
            problem(node.send("POST", NOTES, body, ANA), 400, "unstorable");
        }
        problem(node.send("POST", NOTES, "{}", ANA), 400, "note_text");
        problem(node.send("PATCH", NOTES + "/1", "{}", ANA), 400, "note_empty");
        problem(node.send("POST", NOTES, "{", ANA), 400, "bad_request");
        for (var id : List.of("0", "-1", "x", "99999999999999999999")) {
            problem(node.send("DELETE", NOTES + "/" + id, "", ANA), 404, "note_missing");
        }
        var longest = "{\"text\":\"" + "🔔".repeat(500) + "\"}";
        assertThat(node.send("POST", NOTES, longest, ANA).statusCode()).isEqualTo(201);
    }

    @Test
    void thereIsRoomForFiveHundred() throws IOException {
        node.node()
                .sql(
                        "insert into demo.note (tenant_id, text)"
                                + " select 'full', 'n' from generate_series(1, 500)");
        var who = DemoNode.as("full", "fay");

        problem(node.send("POST", NOTES, "{\"text\":\"x\"}", who), 409, "notes_full");
        assertThat(list(node.get(NOTES, who))).hasSize(500);
    }

    @Test
    @Tag("A9")
    @Timeout(60)
    void theCursorOfAReadJoinsTheStreamWithoutHoleOrOverlap() throws Exception {
        var over = Instant.now().plus(Duration.ofSeconds(3));
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<Future<Integer>>();
            for (var writer = 0; writer < 3; writer++) {
                writers.add(pool.submit(() -> writeUntil(over)));
            }
            var readers = new ArrayList<Future<View>>();
            for (var reader = 0; reader < 6; reader++) {
                readers.add(pool.submit((Callable<View>) () -> new View().joinUntil(over)));
            }
            for (var writer : writers) {
                assertThat(writer.get()).isPositive();
            }
            var last = added("the last", ANA);
            var truth = list(node.get(NOTES, ANA));
            for (var reader : readers) {
                var view = reader.get();
                while (!view.notes.containsKey(last)) {
                    view.poll(10);
                }
                assertThat(view.overlaps).isEmpty();
                assertThat(view.notes).containsExactlyInAnyOrderEntriesOf(truth);
            }
        }
    }

    private static int writeUntil(Instant over) throws IOException {
        var writes = 0;
        // At least once, though the time may be over before it begins.
        do {
            var id = added("note " + writes, ANA);
            switch (ThreadLocalRandom.current().nextInt(3)) {
                case 0 -> node.send("PATCH", NOTES + "/" + id, "{\"done\":true}", ANA);
                case 1 -> node.send("DELETE", NOTES + "/" + id, "", ANA);
                default -> {
                    // Stays as it is.
                }
            }
            writes++;
        } while (Instant.now().isBefore(over));
        return writes;
    }

    /// What a page holds: it reads once, then only applies events; every now and then it begins
    /// anew.
    private static final class View {
        private Map<String, JsonNode> notes = Map.of();
        private final List<String> overlaps = new ArrayList<>();
        private String cursor = "";

        View joinUntil(Instant over) throws IOException {
            do {
                read();
                for (var polls = 0; polls < 5; polls++) {
                    poll(0);
                }
            } while (Instant.now().isBefore(over));
            return this;
        }

        private void read() throws IOException {
            var answer = node.get(NOTES, ANA);
            notes = list(answer);
            cursor = answer.headers().firstValue("Carillon-Cursor").orElseThrow();
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("private, no-store");
        }

        private void poll(int wait) throws IOException {
            var query = URLEncoder.encode(cursor, StandardCharsets.UTF_8) + "&wait=" + wait;
            var answer =
                    node.get(
                            "/events?channels=notes&cursor=" + query,
                            with(ANA, "Accept", "application/json"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var body = JSON.readTree(answer.body());
            cursor = body.get("cursor").asText();
            for (var message : body.get("messages")) {
                assertThat(message.get("push").asText()).isEqualTo("events");
                message.get("events").forEach(this::apply);
            }
        }

        private void apply(JsonNode event) {
            var data = event.get("data");
            var id = data.get("key").get("id").asText();
            var known = notes.containsKey(id);
            // Created of what is here already, or the rest of what is not: told twice, or not told.
            if (known == event.get("type").asText().equals("note.created")) {
                overlaps.add(event.toString());
            }
            if (event.get("type").asText().equals("note.deleted")) {
                notes.remove(id);
            } else {
                notes.put(id, data.get("row"));
            }
        }
    }

    private static String added(String text, String[] who) throws IOException {
        var answer = node.send("POST", NOTES, "{\"text\":\"" + text + "\"}", who);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("id").asText();
    }

    private static Map<String, JsonNode> list(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var notes = new TreeMap<String, JsonNode>();
        JSON.readTree(answer.body())
                .get("notes")
                .forEach(note -> notes.put(note.get("id").asText(), note));
        return notes;
    }

    private static void problem(HttpResponse<String> answer, int status, String code)
            throws IOException {
        assertThat(answer.statusCode()).as(code).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(JSON.readTree(answer.body()).get("code").asText()).isEqualTo(code);
    }

    private static String[] with(String[] headers, String... more) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String ask(String sql) {
        return node.node().bean(Database.class).read(text(sql));
    }

    private static String written(String tenant, String sql) {
        var who = new Writer(tenant, "ana", null, null);
        return node.node().bean(Database.class).write(who, text(sql));
    }

    private static void refused(String state, String sql) {
        var failed =
                catchThrowableOfType(
                        StatementFailed.class,
                        () ->
                                node.node()
                                        .bean(Database.class)
                                        .write(
                                                new Writer("acme", "ana", null, null),
                                                connection -> {
                                                    try (var run = connection.createStatement()) {
                                                        return run.execute(sql);
                                                    }
                                                }));
        assertThat(failed.state()).as(sql).isEqualTo(state);
    }

    private static Work<String> text(String sql) {
        return connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                if (!rows.next()) {
                    throw new SQLException("no row");
                }
                return rows.getString(1);
            }
        };
    }
}
