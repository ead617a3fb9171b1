package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Silence, clipping and level, window by window.
@Tag("B3")
class DetectorsTest {
    private static final Instant START = Instant.parse("2026-11-21T05:00:00Z");
    private static final Thresholds THRESHOLDS = thresholds(3, 500, 200);
    private static final Window TALK = window(-20, 0);
    private static final Window QUIET = window(-60, 0);
    private static final Window BETWEEN = window(-48.5, 0);
    private static final Window CLIPPED = window(-5, 40);

    private static Thresholds thresholds(double hysteresis, int silenceBackMs, int clipAfterMs) {
        return new Thresholds(
                "acme",
                -50,
                hysteresis,
                1_000,
                silenceBackMs,
                3,
                clipAfterMs,
                300,
                9,
                1_000,
                10_000,
                true,
                1,
                "",
                "");
    }

    private static Window window(double level, int clipped) {
        return new Window(level, level - 1, level + 6, level + 5, clipped);
    }

    private static List<Window> times(int count, Window window) {
        return Collections.nCopies(count, window);
    }

    @SafeVarargs
    private static List<Window> all(List<Window>... parts) {
        var all = new ArrayList<Window>();
        for (var part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static Batch batch(Instant at, List<Window> windows) {
        return new Batch("tower", "r1", 0, at, 100, windows, false);
    }

    private static List<String> found(List<Window> windows) {
        return told(Detectors.at(START).hear(batch(START, windows), THRESHOLDS).findings());
    }

    private static List<String> told(List<Finding> findings) {
        return findings.stream()
                .map(finding ->
                        "%s %s at %.1f"
                                .formatted(
                                        finding.type(),
                                        finding.details().getOrDefault("state", "changed"),
                                        Duration.between(START, finding.at()).toMillis() / 1_000.0))
                .toList();
    }

    @Test
    void silenceBeginsAfterItsTimeAndEndsAfterAnother() {
        assertThat(found(all(times(5, TALK), times(20, QUIET), times(9, TALK))))
                .containsExactly("silence began at 1.5", "silence ended at 3.0");
    }

    @Test
    void aShortPauseIsNoSilenceAndAShortSoundNoEnd() {
        assertThat(found(all(times(9, QUIET), times(1, TALK), times(9, QUIET)))).isEmpty();
        assertThat(found(all(times(12, QUIET), times(4, TALK), times(12, QUIET))))
                .containsExactly("silence began at 1.0");
    }

    @Test
    void whatIsALittleAboveTheThresholdIsNotTheWayBack() {
        assertThat(found(all(times(10, QUIET), times(30, BETWEEN))))
                .containsExactly("silence began at 1.0");
        // Nor the way there.
        assertThat(found(times(30, BETWEEN))).isEmpty();
    }

    @Test
    void oneLoudChannelIsNoSilence() {
        assertThat(found(times(30, new Window(-120, -20, -120, -10, 0)))).isEmpty();
    }

    @Test
    void clippingCountsWhenItLasts() {
        assertThat(found(all(times(3, TALK), times(1, CLIPPED), times(9, TALK)))).isEmpty();
        assertThat(found(all(times(3, TALK), times(2, CLIPPED), times(9, TALK))))
                .containsExactly("clipping began at 0.5", "clipping ended at 0.8");
        assertThat(found(times(9, window(-20, 2)))).isEmpty();
    }

    @Test
    void theDetailsSaySinceWhenAndHowLong() {
        var heard =
                Detectors.at(START)
                        .hear(
                                batch(START, all(times(5, TALK), times(20, QUIET), times(5, TALK))),
                                THRESHOLDS);
        var began = heard.findings().getFirst().details();
        assertThat(began)
                .containsEntry("since", "2026-11-21T05:00:00.500Z")
                .containsEntry("level", -60.0);
        assertThat(heard.findings().getLast().details())
                .containsEntry("since", "2026-11-21T05:00:00.500Z")
                .containsEntry("until", "2026-11-21T05:00:02.500Z")
                .containsEntry("seconds", 2.0);
    }

    @Test
    void anotherLevelIsToldWhenItStays() {
        var loud = window(-8, 0);
        var findings =
                Detectors.at(START)
                        .hear(
                                batch(
                                        START,
                                        all(
                                                times(10, TALK),
                                                times(9, loud),
                                                times(1, TALK),
                                                times(10, loud))),
                                THRESHOLDS)
                        .findings();
        assertThat(told(findings)).containsExactly("audio.level changed at 3.0");
        assertThat(findings.getFirst().details())
                .containsEntry("from", -20.5)
                .containsEntry("level", -8.5);
        // Louder and quieter in turn is neither.
        assertThat(
                        found(
                                all(
                                        times(10, TALK),
                                        times(6, loud),
                                        times(6, window(-40, 0)),
                                        times(6, loud))))
                .isEmpty();
        // A pause is the silence's business, and the same level after it is no other.
        assertThat(found(all(times(10, TALK), times(9, QUIET), times(15, TALK)))).isEmpty();
    }

    @Test
    void whatIsMissingSpeaksForNothing() {
        var first = Detectors.at(START).hear(batch(START, times(9, QUIET)), THRESHOLDS);
        var later = START.plusSeconds(5);
        var second = first.detectors().hear(batch(later, times(9, QUIET)), THRESHOLDS);
        assertThat(second.findings()).isEmpty();
        var third =
                second.detectors().hear(batch(later.plusMillis(900), times(1, QUIET)), THRESHOLDS);
        assertThat(told(third.findings())).containsExactly("silence began at 6.0");
    }

    @Test
    void aConditionStaysOverAGap() {
        var first = Detectors.at(START).hear(batch(START, times(10, QUIET)), THRESHOLDS);
        var second =
                first.detectors().hear(batch(START.plusSeconds(60), times(5, TALK)), THRESHOLDS);
        assertThat(told(second.findings())).containsExactly("silence ended at 60.5");
    }

    @Test
    void howItIsCutIntoBatchesChangesNothing() {
        var dice = new Random(7);
        for (var round = 0; round < 50; round++) {
            var windows = new ArrayList<Window>();
            for (var part = 0; part < 12; part++) {
                var kind = List.of(TALK, QUIET, CLIPPED, BETWEEN, window(-8, 0));
                windows.addAll(times(1 + dice.nextInt(25), kind.get(dice.nextInt(kind.size()))));
            }
            var whole = Detectors.at(START).hear(batch(START, windows), THRESHOLDS);
            var findings = new ArrayList<Finding>();
            var detectors = Detectors.at(START);
            for (var from = 0; from < windows.size(); ) {
                var to = Math.min(windows.size(), from + 1 + dice.nextInt(9));
                var at = START.plusMillis(100L * from);
                var heard = detectors.hear(batch(at, windows.subList(from, to)), THRESHOLDS);
                findings.addAll(heard.findings());
                detectors = heard.detectors();
                from = to;
            }
            assertThat(findings).isEqualTo(whole.findings());
            assertThat(detectors).isEqualTo(whole.detectors());
        }
    }

    @Test
    void beginsAndEndsAlternate() {
        var dice = new Random(11);
        var windows = new ArrayList<Window>();
        for (var part = 0; part < 400; part++) {
            var kind = List.of(TALK, QUIET, CLIPPED);
            windows.addAll(times(1 + dice.nextInt(20), kind.get(dice.nextInt(3))));
        }
        var findings = Detectors.at(START).hear(batch(START, windows), THRESHOLDS).findings();
        for (var type : List.of(Finding.SILENCE, Finding.CLIPPING)) {
            var on = false;
            var count = 0;
            for (var finding : findings) {
                if (finding.type().equals(type)) {
                    on = !on;
                    count++;
                    assertThat(finding.details().get("state")).isEqualTo(on ? "began" : "ended");
                }
            }
            assertThat(count).isGreaterThan(20);
        }
        assertThat(findings).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    }
}
