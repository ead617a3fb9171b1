package io.carillon.log;

import io.carillon.database.Database;
import io.carillon.database.DatabaseUnavailable;
import io.carillon.database.Writer;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Writes clients' ephemeral events for all nodes, many in one transaction.
///
/// One virtual thread drains a bounded queue, tenant by tenant in turn; while a transaction runs
/// the next events gather. When more gather than one transaction takes, of events of the same
/// channel, type and actor only the last is written: where somebody types now, or how loud it is
/// now. Full, a fifth of it taken by one tenant, or Postgres away: events are dropped and counted,
/// which is what ephemeral means. How much a tenant may publish is decided before, by room `limit`.
@Context
public final class Broadcasts implements Ephemerals, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broadcasts.class);
    private static final int QUEUE = 10_000;
    private static final int QUEUE_OF_ONE = 2_000;
    private static final int TRANSACTION = 200;
    private static final int BACKLOG = 4_000;

    private final Database database;
    private final TenantQueue<Pending> queue = new TenantQueue<>(QUEUE, QUEUE_OF_ONE);
    private final AtomicLong dropped = new AtomicLong();
    private volatile long coalesced;
    private final Thread writer;

    private record Pending(
            String tenant, String channel, String type, @Nullable String data, String actor) {
        List<String> kind() {
            return List.of(tenant, channel, type, actor);
        }
    }

    public Broadcasts(Database database) {
        this.database = database;
        this.writer = Thread.ofVirtual().name("carillon-broadcasts").start(this::drain);
    }

    @Override
    public void publish(
            String tenant, String channel, String type, @Nullable String data, String actor) {
        if (!queue.offer(tenant, new Pending(tenant, channel, type, data, actor))) {
            dropped.incrementAndGet();
        }
    }

    /// @return how many events were dropped since the start
    public long dropped() {
        return dropped.get();
    }

    /// @return how many events were left out since the start because a later one took their place
    public long coalesced() {
        return coalesced;
    }

    private void drain() {
        var pending = new ArrayList<Pending>(TRANSACTION);
        while (!Thread.currentThread().isInterrupted()) {
            try {
                queue.take(pending, BACKLOG);
                if (pending.size() <= TRANSACTION) {
                    writeAll(pending);
                } else {
                    writeLast(pending);
                }
            } catch (InterruptedException stopping) {
                return;
            } catch (RuntimeException | Error fault) {
                // A writer that ended here would let the queue run full for good.
                drop(pending, fault);
            } finally {
                pending.clear();
            }
        }
    }

    /// Of each kind only the last.
    private void writeLast(List<Pending> pending) {
        var last = new LinkedHashMap<List<String>, Pending>();
        pending.forEach(event -> last.put(event.kind(), event));
        coalesced = coalesced + pending.size() - last.size();
        var left = List.copyOf(last.values());
        for (var from = 0; from < left.size(); from += TRANSACTION) {
            writeAll(left.subList(from, Math.min(left.size(), from + TRANSACTION)));
        }
    }

    /// One event that Postgres refuses must not take the others of its transaction with it.
    private void writeAll(List<Pending> pending) {
        try {
            write(pending);
        } catch (DatabaseUnavailable away) {
            drop(pending, away);
        } catch (RuntimeException failed) {
            if (pending.size() == 1) {
                drop(pending, failed);
            } else {
                pending.forEach(event -> writeAll(List.of(event)));
            }
        }
    }

    private void drop(List<Pending> pending, Throwable because) {
        dropped.addAndGet(pending.size());
        LOG.warn("{} ephemeral events were dropped: {}", pending.size(), because.toString());
    }

    private void write(List<Pending> pending) {
        var unused =
                database.write(
                        Writer.NODE,
                        connection -> {
                            var sql = "select carillon.broadcast(?, ?, ?, ?::jsonb, ?)";
                            try (var statement = connection.prepareStatement(sql)) {
                                for (var event : pending) {
                                    statement.setString(1, event.tenant());
                                    statement.setString(2, event.channel());
                                    statement.setString(3, event.type());
                                    statement.setString(4, event.data());
                                    statement.setString(5, event.actor());
                                    statement.addBatch();
                                }
                                return statement.executeBatch().length;
                            }
                        });
    }

    @Override
    @PreDestroy
    public void close() {
        writer.interrupt();
    }
}
