package io.carillon.connection;

import io.carillon.auth.ClientWord;
import io.carillon.limit.Limits;
import io.carillon.log.Ephemerals;
import io.carillon.log.History;
import io.carillon.presence.Attendance;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What every connection of this node shares. Safe for all threads.
@Singleton
public final class Services implements AutoCloseable {
    final Settings settings;
    final Rights rights;
    final History history;
    final Ephemerals ephemerals;
    final Attendance attendance;
    final Limits limits;
    final List<ClientWord> words;

    final Counts counts = new Counts();
    final Journal journal = new Journal();

    /// Runs what blocks; a virtual thread each.
    final ExecutorService blocking;

    /// Bounds the reads of the log that recoveries make at the same time; tenants take turns.
    final Turns reads;

    @Inject
    Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            Attendance attendance,
            Limits limits,
            List<ClientWord> words) {
        this(
                settings,
                rights,
                history,
                ephemerals,
                attendance,
                limits,
                words,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    /// Takes no notice of who is there, and knows no limits.
    Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            ExecutorService blocking) {
        this(
                settings,
                rights,
                history,
                ephemerals,
                Attendance.NONE,
                Limits.none(),
                List.of(),
                blocking);
    }

    Services(
            Settings settings,
            Rights rights,
            History history,
            Ephemerals ephemerals,
            Attendance attendance,
            Limits limits,
            List<ClientWord> words,
            ExecutorService blocking) {
        this.words = List.copyOf(words);
        this.attendance = attendance;
        this.limits = limits;
        this.blocking = blocking;
        this.settings = settings;
        this.rights = rights;
        this.history = history;
        this.ephemerals = ephemerals;
        this.reads = new Turns(settings.reads());
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
        return reads.working();
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
