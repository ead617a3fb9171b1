package io.carillon.oracle;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Breaks things, one after the other, and mends them again: connections, Postgres, the node. One
/// thread; when it ends, everything runs.
final class Disturber implements Disturbances, Runnable {
    private final Stage stage;
    private final Chance chance;
    private final CountDownLatch stop;
    private final int calmMillis;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Diary diary = new Diary(10_000);
    private volatile Throwable failure;

    Disturber(Stage stage, long seed, CountDownLatch stop, int calmMillis) {
        this.stage = stage;
        this.chance = new Chance(seed, "disturber");
        this.stop = stop;
        this.calmMillis = calmMillis;
    }

    /// Bounds so small that all of them are met, and other ones for each start.
    Map<String, Object> settings() {
        var settings = new HashMap<String, Object>();
        settings.put("carillon.hub.ring", 1 << 20);
        settings.put("carillon.tail.page", chance.of(100, 200, 2_000));
        settings.put("carillon.tail.bulk", chance.of(OracleTest.BULK, 1_000));
        settings.put("carillon.tail.batch", chance.of(1_000, 50_000));
        settings.put("carillon.tail.preload", chance.of(0, 50, 1_000));
        settings.put("carillon.tail.promise", "600ms");
        settings.put("carillon.tail.busy-bells", chance.of(5, 100));
        settings.put("carillon.connection.page", chance.of(10, 30, 1_000));
        settings.put("carillon.connection.max-gap", chance.of(OracleTest.GAP, 100_000));
        settings.put("carillon.connection.stall-timeout", "2s");
        settings.put("carillon.connection.ping-interval", "5s");
        settings.put("carillon.connection.ahead-timeout", "20s");
        settings.put("carillon.transport.write-buffer", chance.of(4_096, 8_192, 65_536));
        return settings;
    }

    @Override
    public void run() {
        try {
            while (!over(chance.between(calmMillis / 3, calmMillis))) {
                disturb();
            }
        } catch (Exception | Error wrong) {
            diary.note("the disturber failed: " + wrong);
            failure = wrong;
        }
    }

    Throwable failure() {
        return failure;
    }

    @Override
    public Map<String, Integer> counts() {
        return counts;
    }

    @Override
    public Diary diary() {
        return diary;
    }

    private boolean over(int millis) throws InterruptedException {
        return stop.await(millis, TimeUnit.MILLISECONDS);
    }

    private void disturb() throws Exception {
        switch (chance.below(14)) {
            case 0, 1 -> terminate("application_name = 'carillon tail'");
            case 2 -> terminate("application_name = 'carillon doorbell'");
            case 3, 4 -> terminate("application_name like 'carillon%'");
            case 5 -> terminate("application_name = 'carillon pool' and random() < 0.5");
            case 6 ->
                    terminate(
                            "application_name = 'back-end' or application_name like 'writer%' and"
                                    + " random() < 0.3");
            case 7, 8 -> crash();
            case 9 -> killPostgres();
            case 10, 11 -> restartNode();
            case 12 -> checkpoint();
            default -> rotate();
        }
    }

    private void told(String what) {
        counts.merge(what.split(":")[0], 1, Integer::sum);
        diary.note(what);
    }

    private void terminate(String which) throws SQLException {
        try (var connection = stage.superuser()) {
            var count =
                    Ground.one(
                            connection,
                            "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                                + " datname = current_database() and pid <> pg_backend_pid() and ("
                                    + which
                                    + ")");
            told("connections ended: " + count + " where " + which);
        }
    }

    private void checkpoint() throws SQLException {
        try (var connection = stage.superuser()) {
            Ground.run(connection, "checkpoint");
            told("checkpoint");
        }
    }

    /// Transactions that leave no flushed trace, so that their ids are handed out again.
    private void burn() throws SQLException {
        try (var connection = stage.application("burner");
                var sleeper = stage.application("burner")) {
            sleeper.setAutoCommit(false);
            Ground.run(sleeper, "select pg_current_xact_id()");
            connection.setAutoCommit(false);
            for (var number = 0; number < chance.between(3, 30); number++) {
                Ground.run(
                        connection,
                        chance.onceIn(2)
                                ? "insert into scratch values (1)"
                                : "insert into burnt values (1)");
                if (chance.onceIn(2)) {
                    Ground.run(connection, "set local synchronous_commit = off");
                    connection.commit();
                } else {
                    connection.rollback();
                }
            }
        }
    }

    /// One backend is killed, so Postgres ends all others and recovers.
    private void crash() throws Exception {
        burn();
        var victim = "0";
        try (var connection = stage.superuser()) {
            victim = Ground.one(connection, "select pg_backend_pid()");
            told("crash: backend " + victim + " is killed");
            kill(Long.parseLong(victim));
        }
        awaitPostgres();
    }

    private void killPostgres() throws Exception {
        burn();
        told("kill -9: of Postgres " + stage.postgres().pid());
        kill(stage.postgres().pid());
        over(chance.below(500));
        stage.postgres().start();
        diary.note("Postgres runs again");
    }

    private static void kill(long pid) {
        var process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    private void awaitPostgres() throws Exception {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (var connection = stage.superuser()) {
                Ground.run(connection, "select 1");
                diary.note("Postgres has recovered");
                return;
            } catch (SQLException recovering) {
                if (System.nanoTime() > deadline) {
                    throw recovering;
                }
                Thread.onSpinWait();
            }
        }
    }

    private void restartNode() throws InterruptedException {
        var spread = chance.onceIn(2) ? Duration.ofMillis(chance.below(500)) : null;
        told("node: stops, spread " + spread);
        stage.stopNode(spread);
        over(chance.below(800));
        var settings = settings();
        stage.startNode(settings);
        diary.note("node: runs again with " + settings);
    }

    /// Time passes: the next slot of the log, and the one after it is emptied.
    private void rotate() throws SQLException {
        try (var connection = stage.superuser()) {
            Ground.run(connection, "update slot_of_now set slot = (slot + 1) & 7");
            told("rotate: " + Ground.one(connection, "select carillon.rotate()"));
        }
    }
}
