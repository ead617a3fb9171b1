package io.carillon.chaos;

import io.carillon.oracle.Chance;
import io.carillon.oracle.Ground;
import io.carillon.oracle.Play;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Does what an [Act] says. One thread.
final class Stagehand {
    private final Cluster cluster;
    private final Play play;
    private final Chance chance;
    private final Duration pace;
    private int servers;

    /// @param pace how long things stay broken
    Stagehand(Cluster cluster, Play play, long seed, Duration pace) {
        this.cluster = cluster;
        this.play = play;
        this.chance = new Chance(seed, "stagehand");
        this.pace = pace;
    }

    /// @return why it could not be done, or null
    String perform(Act act) throws Exception {
        cluster.told(act.name());
        return switch (act) {
            case ROLL -> roll();
            case NODE_LOST -> loseNode();
            case NODE_FROZEN -> freeze();
            case BACKEND_KILLED -> crash();
            case POSTGRES_KILLED -> killPostgres();
            case POSTGRES_RESTARTED -> restartPostgres();
            case FAILED_OVER -> failOver();
            case FAILED_OVER_WITH_LOSS -> failOverWithLoss();
            case LISTEN_CUT -> cutListen();
            case LINKS_CUT -> links(FaultProxy.Way.CUT);
            case PARTITION -> partition(pace);
            case LONG_PARTITION -> partition(Duration.ofSeconds(40));
            case SLOW_LINKS -> links(FaultProxy.Way.SLOW);
            case NARROW_LINKS -> links(FaultProxy.Way.NARROW);
            case DEAF -> deaf();
            case STALLED_READERS -> stall();
            case CLOCK_FORWARD -> stepClock(600);
            case CLOCK_BACK -> stepClock(-600);
            case DISK_FULL -> fill();
        };
    }

    private String roll() throws Exception {
        for (var member : cluster.members) {
            member.leave();
            member.start();
            stay(pace.dividedBy(2));
        }
        return null;
    }

    private void stay(Duration time) throws InterruptedException {
        var unused = play.goesOn(time);
    }

    private String loseNode() throws Exception {
        var member = chance.of(cluster.members);
        member.die();
        stay(pace);
        member.start();
        return null;
    }

    private String freeze() throws Exception {
        if (!(chance.of(cluster.members) instanceof ProcessMember member)) {
            return "nodes are no processes";
        }
        member.freeze();
        stay(pace.multipliedBy(2));
        member.thaw();
        return null;
    }

    private String crash() throws Exception {
        try (var connection = cluster.superuser()) {
            Server.kill(Long.parseLong(Ground.one(connection, "select pg_backend_pid()")));
        }
        awaitPostgres();
        return null;
    }

    private void awaitPostgres() throws Exception {
        for (var end = System.nanoTime() + 60_000_000_000L; ; ) {
            try (var connection = cluster.superuser()) {
                Ground.run(connection, "select 1");
                return;
            } catch (SQLException recovering) {
                if (System.nanoTime() > end) {
                    throw recovering;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private String killPostgres() throws Exception {
        cluster.primary().kill();
        stay(Duration.ofMillis(chance.below(1_000)));
        cluster.primary().start();
        return null;
    }

    private String restartPostgres() throws Exception {
        cluster.primary().stop();
        stay(Duration.ofMillis(chance.below(1_000)));
        cluster.primary().start();
        return null;
    }

    private Server standby(int through) throws Exception {
        var folder = Files.createDirectory(cluster.folder.resolve("postgres-" + ++servers));
        var standby = cluster.keep(cluster.primary().standby(folder, through));
        for (var end = System.nanoTime() + 60_000_000_000L; ; LockSupport.parkNanos(50_000_000)) {
            try (var connection = cluster.superuser()) {
                var streaming =
                        "select count(*) from pg_stat_replication where state = 'streaming'";
                if ("1".equals(Ground.one(connection, streaming))) {
                    return standby;
                }
            }
            if (System.nanoTime() > end) {
                throw new IOException("the standby does not stream, see " + folder.resolve("log"));
            }
        }
    }

    private String failOver() throws Exception {
        var standby = standby(cluster.primary().port());
        stay(pace);
        // In good order: everything is sent to the standby before it ends.
        cluster.primary().stop();
        standby.promote();
        cluster.primary(standby);
        return null;
    }

    private String failOverWithLoss() throws Exception {
        var old = cluster.primary();
        try (var link = new FaultProxy(old::port)) {
            var standby = standby(link.port());
            stay(pace);
            link.way(FaultProxy.Way.BLACK_HOLE);
            stay(Duration.ofSeconds(1));
            var before = events();
            old.kill();
            standby.promote();
            cluster.primary(standby);
            cluster.told("events lost with the old primary: " + (before - events()));
        }
        return null;
    }

    private long events() throws SQLException {
        try (var connection = cluster.superuser()) {
            return Long.parseLong(Ground.one(connection, "select count(*) from carillon.event"));
        }
    }

    private String cutListen() throws Exception {
        for (var time = 0; time < 5; time++) {
            try (var connection = cluster.superuser()) {
                Ground.run(
                        connection,
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                                + " where application_name = 'carillon doorbell'");
            }
            stay(pace.dividedBy(5));
        }
        return null;
    }

    private String links(FaultProxy.Way way) throws Exception {
        for (var link : cluster.links) {
            link.way(way);
        }
        stay(pace);
        for (var link : cluster.links) {
            link.way(FaultProxy.Way.OPEN);
        }
        return null;
    }

    /// A pooler swallows from the beginning, so the nodes connect anew, and anew when it is over.
    private String deaf() throws Exception {
        for (var link : cluster.links) {
            link.way(FaultProxy.Way.DEAF);
            link.cut();
        }
        stay(pace);
        for (var link : cluster.links) {
            link.way(FaultProxy.Way.OPEN);
            link.cut();
        }
        return null;
    }

    private String partition(Duration time) throws Exception {
        var link = chance.of(cluster.links);
        link.way(FaultProxy.Way.BLACK_HOLE);
        stay(time);
        link.way(FaultProxy.Way.OPEN);
        return null;
    }

    private String stall() throws Exception {
        try (var stalled = play.stall(30)) {
            stay(pace.multipliedBy(2));
            return stalled == null ? "nobody came" : null;
        }
    }

    private String stepClock(long seconds) throws Exception {
        if (!cluster.clock.canStep()) {
            return "no compiler for src/test/native/clock.c";
        }
        cluster.clock.step(seconds);
        stay(pace);
        cluster.clock.step(0);
        stay(pace);
        return null;
    }

    private String fill() throws Exception {
        var disk = new SmallDisk(cluster);
        if (!disk.mounted()) {
            return "mounting is not allowed here";
        }
        try {
            disk.moveLog();
            disk.awaitFull(play);
            stay(pace);
        } finally {
            disk.grow();
            stay(Duration.ofSeconds(1));
            disk.close();
        }
        return null;
    }
}
