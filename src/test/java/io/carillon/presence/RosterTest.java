package io.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.ChannelKey;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What followers are told, without threads and tables.
class RosterTest {
    private static final Member ANA = new Member("ana", "Ana", State.ONLINE);
    private static final Member BOB = new Member("bob", "Bob", State.AWAY);

    private static TreeMap<String, Member> of(Member... members) {
        return new TreeMap<>(
                List.of(members).stream().collect(Collectors.toMap(Member::user, it -> it)));
    }

    @Test
    void theDifferenceOfTwoListsIsJoinsStatesAndLeaves() {
        var busy = new Member("bob", "Bob", State.BUSY);
        var cy = new Member("cy", "Cy", State.ONLINE);
        assertThat(Roster.difference(of(ANA, BOB), of(busy, cy)))
                .containsExactly(
                        new Change(Change.Kind.STATE, busy),
                        new Change(Change.Kind.JOIN, cy),
                        new Change(Change.Kind.LEAVE, ANA));
        assertThat(Roster.difference(of(ANA), of(ANA))).isEmpty();
    }

    @Test
    void aTagIsThatOfTheContent() {
        assertThat(Roster.tag(List.of(ANA, BOB), 2)).isEqualTo(Roster.tag(List.of(ANA, BOB), 2));
        assertThat(Roster.tag(List.of(ANA, BOB), 2))
                .isNotEqualTo(Roster.tag(List.of(ANA), 1))
                .isNotEqualTo(Roster.tag(List.of(ANA, new Member("bob", "Bob", State.BUSY)), 2))
                .isNotEqualTo(Roster.tag(null, 2));
    }

    @Test
    void aLargeChannelIsCountedAndNamedAgainWhenItIsClearlySmaller() {
        var roster = new Roster(new ChannelKey("acme", "c"), 5);
        assertThat(roster.take(new Roster.Reading(null, 6))).isNull();
        assertThat(roster.unread(1, Duration.ofSeconds(1).toNanos())).isFalse();
        roster.take(new Roster.Reading(members(5), 5));
        // Still counted: at the bound it would go to and fro.
        assertThat(roster.unread(1, Duration.ofSeconds(1).toNanos())).isFalse();
        roster.take(new Roster.Reading(members(4), 4));
        roster.outdated();
        assertThat(roster.unread(1, Duration.ofSeconds(1).toNanos())).isTrue();
    }

    private static List<Member> members(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(number -> new Member("u" + number, "u", State.ONLINE))
                .toList();
    }

    @Test
    void busyCountsMoreThanOnlineAndOnlineMoreThanAway() {
        assertThat(State.AWAY.or(State.ONLINE)).isEqualTo(State.ONLINE);
        assertThat(State.BUSY.or(State.ONLINE)).isEqualTo(State.BUSY);
        assertThat(State.of("gone")).isNull();
    }

    @Test
    void aStateThatChangesTooOftenIsRefused() {
        var settings =
                new PresenceSettings(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(35),
                        200,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(8),
                        60,
                        3);
        var rate = new StateRate(settings, 0);
        for (var number = 0; number < 3; number++) {
            assertThat(rate.take(0)).isTrue();
        }
        assertThat(rate.take(500_000_000L)).isFalse();
        assertThat(rate.take(1_600_000_000L)).isTrue();
    }
}
