package io.carillon.demo;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Makes the made-up companies busy: first data once, then, while the switch is on, one step of one
/// module each beat.
///
/// Begins when the server listens. One virtual thread; the switch may be turned by any thread and
/// counts for this node.
@Singleton
@Requires(beans = DemoTokens.class)
final class Bustle implements ApplicationEventListener<ServerStartupEvent>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bustle.class);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final List<Traffic> modules;
    private final DemoTokens tokens;
    private final DemoSettings settings;
    private final RandomGenerator chance = RandomGenerator.getDefault();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private boolean on;
    private boolean over;
    private long steps;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    Bustle(List<Traffic> modules, DemoTokens tokens, DemoSettings settings) {
        this.modules = List.copyOf(modules);
        this.tokens = tokens;
        this.settings = settings;
        this.on = settings.traffic();
    }

    /// How it stands.
    ///
    /// @param on whether people are busy
    /// @param modules in which modules
    /// @param steps how many things they did since the start of this node
    @io.micronaut.serde.annotation.Serdeable
    record State(boolean on, List<String> modules, long steps) {}

    State state() {
        lock.lock();
        try {
            return new State(on, modules.stream().map(Traffic::module).sorted().toList(), steps);
        } finally {
            lock.unlock();
        }
    }

    void turn(boolean wanted) {
        lock.lock();
        try {
            on = wanted;
            turned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent started) {
        var server = started.getSource().getURI();
        thread =
                Thread.ofVirtual()
                        .name("carillon-demo")
                        .start(() -> {
                            try (var client = HttpClient.newHttpClient()) {
                                live(new Cast(server, tokens, client, chance));
                            }
                        });
    }

    private void live(Cast cast) {
        if (settings.people()) {
            modules.forEach(module -> tried(module, () -> module.prepare(cast)));
        }
        while (awaitBeat()) {
            if (!modules.isEmpty()) {
                var module = modules.get(cast.dice(modules.size()));
                tried(module, () -> module.step(cast));
                count();
            }
        }
    }

    private void count() {
        lock.lock();
        try {
            steps++;
        } finally {
            lock.unlock();
        }
    }

    /// @return false when the node goes
    private boolean awaitBeat() {
        lock.lock();
        try {
            var left = settings.beat().toNanos();
            while (!over && (!on || left > 0)) {
                if (on) {
                    left = turned.awaitNanos(left);
                } else {
                    turned.await(1, TimeUnit.HOURS);
                    left = 0;
                }
            }
            return !over;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static void tried(Traffic module, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failed) {
            LOG.debug("the demo's {} stumbled", module.module(), failed);
        }
    }

    @Override
    @PreDestroy
    public void close() throws InterruptedException {
        lock.lock();
        try {
            over = true;
            turned.signalAll();
        } finally {
            lock.unlock();
        }
        var joined = thread.getState() == Thread.State.NEW || thread.join(FAREWELL);
        if (!joined) {
            thread.interrupt();
        }
    }
}
