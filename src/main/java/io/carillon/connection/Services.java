package io.carillon.connection;

import io.carillon.auth.ChannelRules;
import io.carillon.auth.Tokens;
import io.carillon.log.Ephemerals;
import io.carillon.log.History;

import jakarta.inject.Singleton;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// What every connection of this node shares. Safe for all threads.
@Singleton
public final class Services implements AutoCloseable {
    final Settings settings;
    final Tokens tokens;
    final ChannelRules rules;
    final History history;
    final Ephemerals ephemerals;

    /// Runs what blocks; a virtual thread each.
    final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

    /// Bounds the reads of the log that recoveries make at the same time.
    final Semaphore reads;

    public Services(
            Settings settings,
            Tokens tokens,
            ChannelRules rules,
            History history,
            Ephemerals ephemerals) {
        this.settings = settings;
        this.tokens = tokens;
        this.rules = rules;
        this.history = history;
        this.ephemerals = ephemerals;
        this.reads = new Semaphore(settings.reads());
    }

    @Override
    public void close() {
        blocking.shutdownNow();
    }
}
