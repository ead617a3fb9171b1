package io.carillon.connection;

import io.carillon.identity.Principal;
import io.carillon.limit.Limits;
import io.carillon.log.Ephemerals;
import io.carillon.log.History;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What every connection of this node shares. Safe for all threads.
@Singleton
public final class Services implements AutoCloseable {
    final Settings settings;
    final Rights rights;
    final History history;
    final Ephemerals ephemerals;
    final Limits limits;

    final Counts counts = new Counts();
    final Journal journal = new Journal();

    /// Runs what blocks; a virtual thread each.
    final ExecutorService blocking;

    /// Bounds the reads of the log that recoveries make at the same time; tenants take turns.
    final Turns reads;

    @Inject
    public Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            Limits limits) {
        this(
                settings,
                rights,
                history,
                ephemerals,
                limits,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            ExecutorService blocking) {
        this(settings, rights, history, ephemerals, Limits.none(), blocking);
    }

    Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            Limits limits,
            ExecutorService blocking) {
        this.limits = limits;
        this.blocking = blocking;
        this.settings = settings;
        this.rights = rights;
        this.history = history;
        this.ephemerals = ephemerals;
        this.reads = new Turns(settings.reads());
    }

    /// Counts and logs that a client was let in.
    void begun(Outlet outlet, String connection, Principal who) {
        if (!outlet.brief()) {
            counts.opened();
            journal.opened(connection, outlet.transport(), who);
        }
    }

    /// Counts and logs the end.
    ///
    /// @param who it was, or null when nobody was let in
    /// @param reason why we ended it, or null when the client did
    void ended(
            Outlet outlet,
            String connection,
            @Nullable Principal who,
            @Nullable Disconnect reason,
            long openedNanos) {
        if (outlet.brief()) {
            return;
        }
        if (reason == null) {
            counts.left();
        } else {
            counts.closed(reason);
        }
        if (who != null) {
            journal.closed(connection, reason, System.nanoTime() - openedNanos);
        }
    }

    /// @return how often what happened
    public Counts counts() {
        return counts;
    }

    /// @return the log of connections
    public Journal journal() {
        return journal;
    }

    /// @return reads of the log for recoveries that run now
    public int readsRunning() {
        return settings.reads() - reads.free();
    }

    /// @return recoveries that wait for their turn to read the log
    public int readsWaiting() {
        return reads.waiting();
    }

    @Override
    public void close() {
        blocking.shutdownNow();
    }
}
