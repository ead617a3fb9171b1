package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.conformance.TestNode;
import io.carillon.module.Follower;
import io.carillon.module.Person;
import io.carillon.probe.Probe;
import io.carillon.probe.SampleSound;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What tests of the studio monitor have in common: the sample, what must be found in it, and ways
/// to send it.
final class Air {
    static final Instant START = Instant.parse("2026-11-21T05:00:00Z");

    /// With the settings that a tenant begins with: what, and at which second of the sample.
    static final List<String> SAMPLE =
            List.of(
                    "session.started 0.0",
                    "silence began 9.0",
                    "silence ended 10.5",
                    "clipping began 14.1",
                    "clipping ended 16.0",
                    "audio.level 21.0",
                    "audio.level 25.0",
                    "session.stopped 32.0");

    private Air() {}

    static void studio(Person keeper, String id) {
        keeper.post("/api/studios", "{\"id\":\"%s\",\"name\":\"The %s\"}".formatted(id, id)).ok();
    }

    /// What one test leaves on air must not end, and be told, in the middle of another.
    static void patient(Person keeper) {
        keeper.send(
                        "PATCH",
                        "/api/studio/settings",
                        "{\"probe_timeout_ms\":600000}",
                        "If-Match",
                        "\"1\"")
                .ok();
    }

    /// @return the exit code and what the program said
    static Ran probe(InputStream in, String... args) {
        var err = new ByteArrayOutputStream();
        var print = new PrintStream(err, true, StandardCharsets.UTF_8);
        var all = new ArrayList<>(List.of("--start", START.toString(), "--retry", "50"));
        all.addAll(Arrays.asList(args));
        try {
            var code = Probe.run(all.toArray(String[]::new), Map.of(), in, print, print);
            return new Ran(code, err.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    record Ran(int code, String said) {
        void counted() {
            assertThat(code).as(said).isZero();
            assertThat(said).contains(SampleSound.seconds() * 10 + " windows were counted");
        }
    }

    static String ws(TestNode node) {
        return "ws://localhost:" + node.port();
    }

    static String http(TestNode node) {
        return "http://localhost:" + node.port();
    }

    /// @return type, state and second of an event of channel `events`
    static String told(JsonNode event) {
        var state = event.at("/details/state").asText();
        var at = Duration.between(START, Instant.parse(event.get("at").asText()));
        return event.get("type").asText()
                + (state.isEmpty() ? " " : " " + state + " ")
                + at.toMillis() / 1_000.0;
    }

    /// @return the next so many events of channel `events`
    static List<String> hear(Follower follower, int count) {
        var told = new ArrayList<String>();
        for (var number = 0; number < count; number++) {
            told.add(told(follower.next("event.new").data()));
        }
        return told;
    }

    /// @param seconds from [#START]
    static String batch(String studio, String run, long first, double seconds, Window... windows) {
        var levels = new ArrayList<String>();
        for (var window : windows) {
            levels.add(
                    "{\"left\":%s,\"right\":%s,\"peakLeft\":%s,\"peakRight\":%s,\"clipped\":%d}"
                            .formatted(
                                    window.left(),
                                    window.right(),
                                    window.peakLeft(),
                                    window.peakRight(),
                                    window.clipped()));
        }
        return "{\"studio\":\"%s\",\"run\":\"%s\",\"first\":%d,\"at\":\"%s\",\"window_ms\":100,\"windows\":[%s]}"
                .formatted(
                        studio,
                        run,
                        first,
                        START.plusMillis(Math.round(seconds * 1_000)),
                        String.join(",", levels));
    }

    static Window level(double level) {
        return new Window(level, level, level + 3, level + 3, 0);
    }
}
