package io.carillon.module.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.conformance.TestNode;
import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;

/// A studio whose status cannot be told.
class StatusBeatTest {
    private static final String LARGE =
            "update carillon_app.studio_state set track = jsonb_build_object('title', repeat('x',"
                    + " 20000)) where tenant_id = 'loud'";

    @Test
    @Tag("B4")
    @Timeout(60)
    void itSilencesNoOtherTenants() throws Exception {
        try (var node = ModuleNode.start("carillon.studio.status", "200ms")) {
            var followers = new ArrayList<Follower>();
            Air.studio(node.person("loud", "cora", "admin"), "tower");
            assertThatThrownBy(() -> node.node().sql(LARGE))
                    .hasStackTraceContaining("track_bounded");
            node.node()
                    .sql(
                            "alter table carillon_app.studio_state drop constraint if exists"
                                    + " track_bounded");
            node.node().sql(LARGE);
            try (var loud = node.person("loud", "ana").follow(StatusBeat.CHANNEL)) {
                for (var index = 0; index < 8; index++) {
                    var tenant = "quiet" + index;
                    Air.studio(node.person(tenant, "cora", "admin"), "tower");
                    followers.add(node.person(tenant, "ana").follow(StatusBeat.CHANNEL));
                }
                node.node().sql("update carillon_app.studio_state set listeners = 7");
                for (var follower : followers) {
                    awaitListeners(follower);
                }
                // Those who are told are told in one statement again, the other in one of its own.
                var beat = node.node().bean(StatusBeat.class);
                var asked = beat.asked();
                var refused = beat.refused();
                TestNode.await(() -> beat.refused() >= refused + 5);
                assertThat(beat.asked() - asked).isBetween(8L, 12L);
                node.node().sql("update carillon_app.studio_state set track = null");
                awaitListeners(loud);
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    private static void awaitListeners(Follower follower) {
        while (follower.next("status.update").data().get("listeners").asInt() < 7) {
            // One from before.
        }
    }
}
