package io.carillon.connection;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Hands work that would run elsewhere to whatever the test says, so that a test has one thread.
final class DirectExecutor extends AbstractExecutorService {
    private final Executor way;

    /// @param way `Runnable::run` for at once, `queue::add` for later
    DirectExecutor(Executor way) {
        this.way = way;
    }

    @Override
    public void execute(Runnable command) {
        way.execute(command);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
