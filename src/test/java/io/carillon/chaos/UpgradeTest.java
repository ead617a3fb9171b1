package io.carillon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.oracle.Play;
import io.carillon.oracle.Verdict;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// Nodes of an earlier build and of this one serve together behind HAProxy while the database is
/// migrated. `infra/cluster/upgrade` builds the earlier one and runs this.
@Tag("F7")
@EnabledIfSystemProperty(
        named = "carillon.upgrade.from",
        matches = ".+",
        disabledReason = "run by infra/cluster/upgrade, which builds an earlier version")
class UpgradeTest {
    private static final String EARLIER = System.getProperty("carillon.upgrade.from", "");
    private static final String THIS = System.getProperty("java.class.path");
    private static final long SEED =
            Long.getLong("carillon.chaos.seed", System.nanoTime() & 0xffff_ffffL);

    @Test
    @Timeout(600)
    void nobodyNoticesTheMigrationAndTheNewNodes() throws Exception {
        System.out.println("upgrade: seed " + SEED);
        try (var cluster = new Cluster(Cluster.Kind.PROCESSES, Map.of(), EARLIER)) {
            var before = version(cluster);
            Play.furnish(cluster);
            // Without TRUNCATE and bulk statements: those are answered with resets.
            var size = new Play.Size(9, 3, Integer.MAX_VALUE, Integer.MAX_VALUE);
            try (var play = new Play("upgrade", cluster, SEED, size)) {
                cluster.strict(true);
                play.write();
                play.enter();
                assertThat(play.goesOn(Duration.ofSeconds(2))).isTrue();
                for (var member : cluster.members) {
                    replace(cluster, member, THIS);
                    assertThat(play.goesOn(Duration.ofSeconds(3))).isTrue();
                }
                var after = version(cluster);
                play.pause();
                play.judge(cluster, new Verdict.Bounds(Cluster.BULK, Cluster.GAP, Set.of()));
                System.out.println(
                        "upgrade: schema "
                                + before
                                + " to "
                                + after
                                + ", "
                                + play.summary(cluster));
                assertThat(play.pollErrors()).as("polls that failed").isZero();
                assertThat(play.reasons()).as("resets").isEmpty();
                assertThat(after).isNotEqualTo(before);
            }
        }
    }

    private static void replace(Cluster cluster, Member member, String classPath) throws Exception {
        cluster.told("replace");
        member.leave();
        ((ProcessMember) member).becomes(classPath);
        member.start();
    }

    private static String version(Cluster cluster) throws SQLException {
        try (var connection = cluster.superuser();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select version from carillon.schema_history where version"
                                        + " is not null order by installed_rank desc limit 1")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
