package io.carillon.oracle;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Writes at random: savepoints, roll-backs, transactions held open, bulk statements, rows that
/// change key, tenant or user, two-phase commit, transactions that leave no trace. One thread.
final class RandomWriter implements Runnable {
    private final Ground stage;
    private final String name;
    private final Chance chance;
    private final Statements statements;
    private final CountDownLatch stop;
    private final Diary diary;
    private final LongAdder commits;
    private int prepared;

    RandomWriter(
            Ground stage,
            String name,
            long seed,
            Statements.Mood mood,
            CountDownLatch stop,
            Diary diary,
            LongAdder commits) {
        this.stage = stage;
        this.name = name;
        this.chance = new Chance(seed, name);
        this.statements = new Statements(chance, mood);
        this.stop = stop;
        this.diary = diary;
        this.commits = commits;
    }

    @Override
    public void run() {
        while (!over(0)) {
            try (var connection = stage.application(name)) {
                settle(connection);
                Ground.run(connection, "set lock_timeout = '1s'");
                while (!over(pause())) {
                    transaction(connection);
                }
                settle(connection);
            } catch (SQLException lost) {
                over(100);
            }
        }
    }

    private int pause() {
        return chance.onceIn(2) ? 0 : chance.below(15);
    }

    /// @return whether the run is over, after so many milliseconds at most
    private boolean over(int millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            return true;
        }
    }

    /// Ends what an earlier connection of this writer had prepared.
    private void settle(Connection connection) throws SQLException {
        String left;
        var find = "select gid from pg_prepared_xacts where gid like '" + name + "-%' limit 1";
        while ((left = Ground.one(connection, find)) != null) {
            Ground.run(
                    connection,
                    (chance.onceIn(2) ? "commit" : "rollback") + " prepared '" + left + "'");
        }
    }

    private void transaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            if (chance.onceIn(8)) {
                Ground.run(connection, "set local synchronous_commit = off");
            }
            // A transaction that rang cannot be prepared.
            var inTwoPhases = chance.onceIn(20);
            if (inTwoPhases || chance.onceIn(30)) {
                Ground.run(connection, "set local carillon.bell = off");
            }
            work(connection, chance.onceIn(4) ? chance.between(2, 6) : 1);
            if (chance.onceIn(25)) {
                over(chance.between(50, 1_500));
            }
            end(connection, inTwoPhases);
        } catch (SQLException failed) {
            if (!connection.isClosed()) {
                connection.rollback();
            }
            // Deadlocks, lock timeouts and refused keys are part of the game; lost connections end
            // it.
            if (failed.getSQLState() == null
                    || failed.getSQLState().startsWith("08")
                    || failed.getSQLState().startsWith("57")) {
                throw failed;
            }
            if (failed.getSQLState().startsWith("CA") || failed.getSQLState().startsWith("42")) {
                diary.note(name + " was refused: " + failed.getMessage());
            }
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private void work(Connection connection, int count) throws SQLException {
        for (var number = 0; number < count; number++) {
            Savepoint savepoint = chance.onceIn(4) ? connection.setSavepoint() : null;
            Ground.run(connection, statements.next());
            if (savepoint != null && chance.onceIn(2)) {
                connection.rollback(savepoint);
            }
        }
    }

    private void end(Connection connection, boolean inTwoPhases) throws SQLException {
        if (chance.onceIn(5)) {
            connection.rollback();
        } else if (inTwoPhases) {
            var gid = name + "-" + ++prepared;
            Ground.run(connection, "prepare transaction '" + gid + "'");
            connection.commit();
            connection.setAutoCommit(true);
            over(chance.below(300));
            Ground.run(
                    connection,
                    (chance.onceIn(3) ? "rollback" : "commit") + " prepared '" + gid + "'");
            commits.increment();
        } else {
            connection.commit();
            commits.increment();
        }
    }
}
