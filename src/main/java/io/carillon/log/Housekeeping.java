package io.carillon.log;

import io.carillon.database.Database;
import io.carillon.database.Writer;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/// Keeps the log in shape: empties the slots whose turn is near and gives new partitions of watched
/// tables their triggers.
///
/// Every node does it, each a little at a time; the statements find nothing to do when another node
/// was first. One virtual thread. When Postgres is away or a slot is busy, the next round tries
/// again: old events merely stay longer.
@Context
public final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final int ROUNDS_PER_MINUTE = 6;

    private final Database database;
    private final Thread keeper;

    public Housekeeping(Database database) {
        this.database = database;
        this.keeper = Thread.ofVirtual().name("carillon-housekeeping").start(this::keep);
    }

    private void keep() {
        try {
            for (var round = 0; ; round++) {
                run("select carillon.rotate_broadcast()");
                if (round % ROUNDS_PER_MINUTE == 0) {
                    run("select carillon.rotate()");
                    run("select carillon.check_partitions()");
                }
                Thread.sleep(ROUND);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(String sql) {
        try {
            var done =
                    database.write(
                            Writer.NODE,
                            connection -> {
                                try (var statement = connection.createStatement();
                                        var rows = statement.executeQuery(sql)) {
                                    return rows.next() ? rows.getString(1) : null;
                                }
                            });
            if (done != null && !done.equals("busy")) {
                LOG.debug("{}: {}", sql, done);
            }
        } catch (RuntimeException | Error failed) {
            // Also when memory has run out: without rotation the log would grow for good.
            LOG.warn("{} failed and will be tried again: {}", sql, failed.getMessage());
        }
    }

    @Override
    @PreDestroy
    public void close() {
        keeper.interrupt();
    }
}
