package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;
import io.carillon.probe.SampleSound;
import io.micronaut.context.ApplicationContext;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/// The probe program against real nodes: every event of the sample at its time, once, and no other.
@Timeout(60)
class ProbeTest {
    private static final String TOKEN = TestNode.token("acme", "mic", "probe");

    private static ModuleNode node;
    private static Person cora;
    private static Person ana;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.studio.unacknowledged", 16);
        cora = node.person("acme", "cora", "admin");
        ana = node.person("acme", "ana", "member");
        dora = node.person("globex", "dora", "admin");
        Air.studio(dora, "tower");
        Air.studio(cora, "first");
        Air.patient(cora);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws", "http"})
    @Tag("B3")
    @Tag("B1")
    @Tag("A5")
    void eachEventOfTheSampleIsToldAtItsTimeAndNoneElse(String scheme) {
        var studio = "by-" + scheme;
        Air.studio(cora, studio);
        try (var one = ana.follow("events");
                var two = cora.follow("events");
                var session = ana.follow("session");
                var foreign = dora.follow("events", "session")) {
            var ran =
                    Air.probe(
                            InputStream.nullInputStream(),
                            "--sample",
                            "--speed",
                            "0",
                            "--studio",
                            studio,
                            "--token",
                            TOKEN,
                            "--server",
                            scheme + "://localhost:" + node.node().port());
            ran.counted();
            assertThat(Air.hear(one, Air.SAMPLE.size())).isEqualTo(Air.SAMPLE);
            assertThat(Air.hear(two, Air.SAMPLE.size())).isEqualTo(Air.SAMPLE);
            var row = session.next("session.created").data().get("row");
            assertThat(row.get("cause").asText()).isEqualTo("stream");
            assertThat(row.get("started_by").asText()).isEqualTo("mic");
            assertThat(row.get("started_at").asText()).startsWith("2026-11-21T05:00:00+00:00");
            assertThat(session.next("session.updated").data().at("/row/stopped_at").asText())
                    .startsWith("2026-11-21T05:00:32+00:00");
            // None else: what is told next is what was done next.
            cora.post("/api/studios/" + studio + "/tracks", "{\"title\":\"after\"}").ok();
            assertThat(one.next().data().at("/details/title").asText()).isEqualTo("after");
            dora.post("/api/studios/tower/tracks", "{\"title\":\"theirs\"}").ok();
            assertThat(foreign.next().data().at("/details/title").asText()).isEqualTo("theirs");
        }
        var status = ana.get("/api/studios/" + studio + "/status").ok();
        assertThat(status.get("streaming").asBoolean()).isFalse();
        assertThat(status.get("session").isNull()).isTrue();
    }

    @Test
    @Tag("B3")
    @Tag("A6")
    void aProbeThatMovesToAnotherNodeInTheMiddleLosesAndRepeatsNothing() throws Exception {
        Air.studio(cora, "moved");
        var other = node.another();
        var raw = SampleSound.raw();
        // In the middle of the silence, which counts already.
        var half = (int) (9.5 * SampleSound.RATE) * 2;
        try (var out = new PipedOutputStream();
                var in = new PipedInputStream(out, 1 << 20);
                var events = ana.follow("events")) {
            var program =
                    CompletableFuture.supplyAsync(
                            () ->
                                    Air.probe(
                                            in,
                                            "--raw",
                                            "s16le",
                                            "--rate",
                                            "16000",
                                            "--channels",
                                            "1",
                                            "--speed",
                                            "0",
                                            "--studio",
                                            "moved",
                                            "--token",
                                            TOKEN,
                                            "--server",
                                            Air.ws(other),
                                            "--server",
                                            Air.ws(node.node())),
                            Executors.newVirtualThreadPerTaskExecutor());
            out.write(raw, 0, half);
            out.flush();
            assertThat(Air.hear(events, 2)).isEqualTo(Air.SAMPLE.subList(0, 2));
            other.bean(ApplicationContext.class).close();
            out.write(raw, half, raw.length - half);
            out.close();
            program.get().counted();
            assertThat(Air.hear(events, 6)).isEqualTo(Air.SAMPLE.subList(2, 8));
        }
        assertThat(count("moved")).isEqualTo(Air.SAMPLE.size());
    }

    private static int count(String studio) {
        return cora.get("/api/studios/" + studio + "/events").ok().get("items").size();
    }

    @Test
    @Tag("B3")
    @Tag("A6")
    void whatComesTwiceOnTwoNodesAtOnceCountsOnce() throws Exception {
        Air.studio(cora, "twice");
        var mic = node.person("acme", "mic", "probe");
        var there = new Person(node.another(), "acme", "mic", "service");
        var batches = new ArrayList<String>();
        for (var number = 0; number < 30; number++) {
            var level = number < 5 ? -20 : number < 20 ? -80 : -20;
            var windows = new Window[5];
            java.util.Arrays.fill(windows, Air.level(level));
            batches.add(Air.batch("twice", "r1", number * 5L, number * 0.5, windows));
        }
        var counted = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var batch : batches) {
                var answers = new ArrayList<java.util.concurrent.Future<Person.Answer>>();
                for (var who : List.of(mic, there, mic, there)) {
                    answers.add(threads.submit(() -> who.post("/api/studio/samples", batch)));
                }
                for (var answer : answers) {
                    counted += answer.get().ok().get("counted").asInt();
                }
            }
        }
        assertThat(counted).isEqualTo(150);
        // Cut in another way, and long ago.
        var again = Air.batch("twice", "r1", 143, 14.3, windows(9));
        var receipt = there.post("/api/studio/samples", again).ok();
        assertThat(receipt.get("repeated").asInt()).isEqualTo(7);
        assertThat(receipt.get("counted").asInt()).isEqualTo(2);
        assertThat(receipt.get("next").asLong()).isEqualTo(152);
        assertThat(mic.post("/api/studio/samples", batches.get(3)).ok().get("counted").asInt())
                .isZero();
        var told = new ArrayList<String>();
        cora.get("/api/studios/twice/events")
                .ok()
                .get("items")
                .forEach(event -> told.addFirst(Air.told(event)));
        assertThat(told)
                .containsExactly("session.started 0.0", "silence began 7.5", "silence ended 10.5");
    }

    private static Window[] windows(int count) {
        var windows = new Window[count];
        java.util.Arrays.fill(windows, Air.level(-20));
        return windows;
    }

    @Test
    @Tag("B3")
    void aLaterRunReplacesOneAndWhatTheOldOneStillSendsIsRefused() {
        Air.studio(cora, "runs");
        var mic = node.person("acme", "mic", "probe");
        mic.post("/api/studio/samples", Air.batch("runs", "old", 0, 0, windows(5))).ok();
        mic.post("/api/studio/samples", Air.batch("runs", "new", 0, 1, windows(5))).ok();
        mic.post("/api/studio/samples", Air.batch("runs", "old", 5, 0.5, windows(5)))
                .problem(409, "probe_replaced");
        mic.post("/api/studio/samples", Air.batch("runs", "new", 5, 0.2, windows(5)))
                .problem(422, "samples_time");
        var next = mic.post("/api/studio/samples", Air.batch("runs", "new", 5, 1.5, windows(5)));
        assertThat(next.ok().get("next").asInt()).isEqualTo(10);
        assertThat(count("runs")).as("the stream went on").isEqualTo(1);
        // A recording from before is another stream.
        mic.post("/api/studio/samples", Air.batch("runs", "tape", 0, 0, windows(5))).ok();
        assertThat(count("runs")).isEqualTo(3);
    }

    @Test
    @Tag("B3")
    @Tag("A5")
    void whoMaySendWhat() {
        Air.studio(cora, "rights");
        var mic = node.person("acme", "mic", "probe");
        var good = Air.batch("rights", "r1", 0, 0, windows(1));
        ana.post("/api/studio/samples", good).problem(403, "studio_probe_role");
        node.person("globex", "mic", "probe")
                .post("/api/studio/samples", good)
                .problem(404, "studio_missing");
        for (var bad :
                List.of(
                        good.replace("rights", "no such place"),
                        good.replace("\"first\":0", "\"first\":-1"),
                        good.replace("2026-", "1926-"),
                        good.replace(":100,", ":5,"),
                        good.replace("-20.0", "-200.0"),
                        good.replace("\"clipped\":0", "\"clipped\":-1"),
                        good.replaceAll("\\[.*]", "[]"),
                        good.replaceAll("\\[.*]", "[null]"))) {
            mic.post("/api/studio/samples", bad).problem(400, "samples_invalid");
        }
        assertThat(mic.post("/api/studio/samples", "{}").status()).isEqualTo(400);
    }

    private static RawWebSocket socket(String token) {
        return RawWebSocket.open(
                node.node().port(), "/api/studio/probe", "Authorization: Bearer " + token);
    }

    @Test
    @Tag("B3")
    void aWebSocketAnswersEachBatchAndClosesWithACodeWhatItRefuses() {
        Air.studio(cora, "socket");
        try (var socket = socket(TOKEN)) {
            socket.send(Air.batch("socket", "r1", 0, 0, windows(3)));
            assertThat(socket.next()).containsEntry("next", 3L).containsEntry("counted", 3L);
            socket.send(Air.batch("socket", "r1", 1, 0.1, windows(3)));
            assertThat(socket.next()).containsEntry("next", 4L).containsEntry("repeated", 2L);
            socket.send(Air.batch("nowhere", "r1", 0, 0, windows(3)));
            assertThat(socket.next()).containsEntry("code", "studio_missing");
            assertThat(socket.closed()).isEqualTo(4400);
        }
        try (var socket = socket(TOKEN)) {
            socket.send("{\"studio\":");
            assertThat(socket.next()).containsEntry("code", "samples_invalid");
            assertThat(socket.closed()).isEqualTo(4400);
        }
        try (var socket = socket(TestNode.token("acme", "ana", "member"))) {
            socket.send(Air.batch("socket", "r1", 4, 0.4, windows(1)));
            assertThat(socket.next()).containsEntry("code", "studio_probe_role");
            assertThat(socket.closed()).isEqualTo(4401);
        }
        try (var socket = socket("nonsense")) {
            assertThat(socket.status()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    @Tag("B3")
    @Tag("F5")
    void aRevokedProbeIsClosedWithItsNextBatch() {
        Air.studio(cora, "revoked");
        try (var socket = socket(TestNode.token("acme", "stolen", "probe"))) {
            socket.send(Air.batch("revoked", "r1", 0, 0, windows(3)));
            assertThat(socket.next()).containsEntry("next", 3L);
            node.node().sql("select carillon.revoke('acme', 'stolen')");
            // The order reaches the node in its own time; the probe goes on meanwhile.
            var first = 3L;
            while (!Thread.interrupted()) {
                socket.send(Air.batch("revoked", "r1", first, first * 0.1, windows(1)));
                var answer = socket.next();
                if (answer.containsKey("code")) {
                    assertThat(answer).containsEntry("code", "token_revoked");
                    break;
                }
                first++;
                LockSupport.parkNanos(5_000_000);
            }
            assertThat(socket.closed()).isEqualTo(4401);
        }
    }

    @Test
    @Tag("B3")
    void whoSendsWithoutEndIsClosed() {
        Air.studio(cora, "flood");
        // Somebody holds the studio's row, so nothing gets on.
        try (var database = node.database().asSuperuser();
                var statement = database.createStatement();
                var socket = socket(TOKEN)) {
            database.setAutoCommit(false);
            statement.execute(
                    "select from carillon_app.studio_state where studio_id = 'flood' for update");
            flood(socket);
            assertThat(socket.closed()).isEqualTo(4429);
            database.rollback();
        } catch (java.sql.SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void flood(RawWebSocket socket) {
        try {
            for (var number = 0; number < 20; number++) {
                socket.send(Air.batch("flood", "r1", number, number * 0.1, windows(1)));
            }
        } catch (java.io.UncheckedIOException closed) {
            // The node has had enough before everything was sent; why, it has said before.
        }
    }

    @Test
    @Tag("B7")
    void aPageOfAnotherOriginIsTurnedAway() {
        try (var socket =
                RawWebSocket.open(
                        node.node().port(),
                        "/api/studio/probe",
                        "Authorization: Bearer " + TOKEN,
                        "Origin: https://evil.example.com")) {
            assertThat(socket.status().startsWith("HTTP/1.1 403") || socket.closed() == 1008)
                    .isTrue();
        }
    }

    @Test
    @Tag("B3")
    void theProgramSaysWhyItEnds() throws Exception {
        var sample = new String[] {"--sample", "--speed", "0", "--server", Air.ws(node.node())};
        var none = Air.probe(InputStream.nullInputStream(), with(sample, "--studio", "nowhere"));
        assertThat(none.code()).as(none.said()).isEqualTo(2);
        var wrong =
                Air.probe(
                        InputStream.nullInputStream(),
                        with(sample, "--studio", "nowhere", "--token", TOKEN));
        assertThat(wrong.code()).as(wrong.said()).isEqualTo(2);
        assertThat(wrong.said()).contains("studio_missing");
        var nobody =
                Air.probe(
                        InputStream.nullInputStream(),
                        "--sample",
                        "--speed",
                        "0",
                        "--studio",
                        "x",
                        "--linger",
                        "0",
                        "--server",
                        "ws://localhost:1");
        assertThat(nobody.code()).as(nobody.said()).isEqualTo(3);
        assertThat(nobody.said()).contains("given up");
    }

    @Test
    @Tag("B3")
    void aTokenFromAFileMayBeRenewed() throws Exception {
        Air.studio(cora, "renewed");
        var file = Files.createTempFile(Path.of("target"), "probe", ".token");
        Files.writeString(file, "old");
        try (var out = new PipedOutputStream();
                var in = new PipedInputStream(out, 1 << 20)) {
            var program =
                    CompletableFuture.supplyAsync(() ->
                            Air.probe(
                                    in,
                                    "--speed",
                                    "0",
                                    "--studio",
                                    "renewed",
                                    "--token-file",
                                    file.toString(),
                                    "--server",
                                    Air.http(node.node())));
            out.write(SampleSound.wav());
            Files.writeString(file, TOKEN + "\n");
            out.close();
            program.get().counted();
        }
        assertThat(count("renewed")).isEqualTo(Air.SAMPLE.size());
    }

    private static String[] with(String[] some, String... more) {
        var all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
