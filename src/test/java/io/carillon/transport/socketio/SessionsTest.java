package io.carillon.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;
import io.carillon.transport.socketio.Joins.Join;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.UUID;

/// The rows of sessions: who may write them, and how long they stay.
@Timeout(60)
@Tag("F3")
@Aside
class SessionsTest {
    private static TestNode node;
    private static Sessions sessions;
    private final Pid pid = new Pid(UUID.randomUUID(), "id", "acme", "ana", "/", 0, "start");

    @BeforeAll
    static void start() {
        node = TestNode.start(PostgresFixture.databaseAside());
        sessions = node.bean(Sessions.class);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private boolean save(long stint, @Nullable Join join, String... channels) {
        return sessions.save(pid, new Sessions.Row(List.of(channels), stint, join));
    }

    private Sessions.@Nullable Row row() {
        return sessions.find(pid).row();
    }

    @Test
    void aRowIsFoundAsItWasKept() {
        assertThat(sessions.find(pid).row()).isNull();
        assertThat(save(0, null, "a")).isTrue();
        assertThat(row()).isEqualTo(new Sessions.Row(List.of("a"), 0, null));
        var join = new Join(3, "end");
        assertThat(save(0, join, "a", "b")).isTrue();
        assertThat(row()).isEqualTo(new Sessions.Row(List.of("a", "b"), 0, join));
        var stranger = new Pid(pid.session(), "id", "acme", "ben", "/", 0, "start");
        assertThat(sessions.find(stranger).row()).isNull();
    }

    @Test
    void whatAnEarlierConnectionWritesLateDoesNotReplaceWhatALaterOneWrote() {
        var first = sessions.find(pid).stint();
        var second = sessions.find(pid).stint();
        assertThat(second).isGreaterThan(first);
        assertThat(save(second, null, "later")).isTrue();
        assertThat(save(first, null, "earlier")).isFalse();
        assertThat(save(0, null, "first of all")).isFalse();
        assertThat(row()).isEqualTo(new Sessions.Row(List.of("later"), second, null));
        assertThat(save(second, null, "later", "still")).isTrue();
    }

    @Test
    void aClockThatGoesBackKeepsNobodyOut() {
        var ahead = Long.MAX_VALUE / 2;
        assertThat(save(ahead, null, "a")).isTrue();
        assertThat(sessions.find(pid).stint()).isEqualTo(ahead + 1);
    }

    @Test
    void aRowStaysWhileTheLogReachesBackToIt() {
        save(0, null, "a");
        age();
        sessions.round();
        assertThat(row()).as("doomed only").isNotNull();
        sessions.round();
        assertThat(row()).as("the log has been emptied of nothing").isNotNull();
        emptied();
        sessions.round();
        assertThat(row()).isNull();
    }

    @Test
    void whoComesBackToADoomedRowKeepsIt() {
        save(0, null, "a");
        age();
        sessions.round();
        sessions.lives(pid.session(), this);
        sessions.round();
        emptied();
        sessions.round();
        assertThat(row()).isNotNull();
    }

    @Test
    void aConnectionThatEndsLateDoesNotEndTheOneThatWentOn() {
        save(0, null, "a");
        sessions.lives(pid.session(), "first");
        sessions.lives(pid.session(), "second");
        sessions.ended(pid.session(), "first");
        age();
        sessions.round();
        assertThat(touchedNow()).isTrue();
        sessions.ended(pid.session(), "second");
        age();
        sessions.round();
        assertThat(touchedNow()).isFalse();
    }

    private boolean touchedNow() {
        return node.ask(
                        "select touched_at > now() - interval '1 day' from"
                                + " carillon.socketio_session where id = '"
                                + pid.session()
                                + "'")
                .equals("t");
    }

    private void age() {
        node.sql(
                "update carillon.socketio_session set touched_at = now() - interval '8 days' where"
                        + " id = '"
                        + pid.session()
                        + "'");
    }

    /// As when retention has emptied the log up to now.
    private static void emptied() {
        node.sql("update carillon.log_state set dropped_through = pg_current_xact_id()");
    }
}
