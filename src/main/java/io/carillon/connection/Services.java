package io.carillon.connection;

import io.carillon.log.Ephemerals;
import io.carillon.log.History;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// What every connection of this node shares. Safe for all threads.
@Singleton
public final class Services implements AutoCloseable {
    final Settings settings;
    final Rights rights;
    final History history;
    final Ephemerals ephemerals;

    final Counts counts = new Counts();
    final Journal journal = new Journal();

    /// Runs what blocks; a virtual thread each.
    final ExecutorService blocking;

    /// Bounds the reads of the log that recoveries make at the same time.
    final Semaphore reads;

    @Inject
    public Services(Settings settings, Rights rights, History history, Ephemerals ephemerals) {
        this(settings, rights, history, ephemerals, Executors.newVirtualThreadPerTaskExecutor());
    }

    Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            ExecutorService blocking) {
        this.blocking = blocking;
        this.settings = settings;
        this.rights = rights;
        this.history = history;
        this.ephemerals = ephemerals;
        this.reads = new Semaphore(settings.reads());
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
        return settings.reads() - reads.availablePermits();
    }

    /// @return recoveries that wait for their turn to read the log
    public int readsWaiting() {
        return reads.getQueueLength();
    }

    @Override
    public void close() {
        blocking.shutdownNow();
    }
}
