package io.carillon.sight;

import io.carillon.channel.ChannelKey;
import io.carillon.connection.Connection;
import io.carillon.connection.Services;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;
import io.carillon.hub.Seat;
import io.micronaut.context.annotation.Context;

import jakarta.annotation.PreDestroy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Counts, every few seconds, who is connected to this node and what goes through its channels, by
/// tenant.
///
/// Walks through each lane on its own loop, one lane after the other: about 20 µs for a thousand
/// connections, as the tick that comes every second does. One virtual thread; the last
/// [Population] may be read by any. A lane that does not answer within a second is left out.
@Context
public final class Census implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Census.class);

    private final Hub hub;
    private final Services services;
    private final SightSettings settings;
    private final List<Consumer<Population>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private Map<Lane, Map<ChannelKey, Seat.Following>> before = new IdentityHashMap<>();
    private long takenNanos;
    private volatile Population last = Population.NOBODY;

    /// What one lane says.
    private record Answer(
            Map<String, Integer> transports,
            Map<String, Integer> tenants,
            List<Seat.Following> channels) {}

    public Census(Hub hub, Services services, SightSettings settings) {
        this.hub = hub;
        this.services = services;
        this.settings = settings;
        this.thread = Thread.ofVirtual().name("carillon-census").start(this::repeat);
    }

    /// @return the last count
    public Population last() {
        return last;
    }

    /// @param listener is told of every count from now on, on the census' thread
    public void whenCounted(Consumer<Population> listener) {
        listeners.add(listener);
    }

    private void repeat() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(settings.census());
                services.journal().settle();
                var unused = take();
            } catch (InterruptedException stopping) {
                return;
            } catch (RuntimeException failed) {
                LOG.warn("a census failed: {}", failed.toString());
            }
        }
    }

    /// Counts now. Blocks until all lanes have answered.
    ///
    /// @return the count, rates since the one before
    public synchronized Population take() throws InterruptedException {
        var now = System.nanoTime();
        var seconds = takenNanos == 0 ? 0 : (now - takenNanos) / 1e9;
        var counting = new Population.Counting(seconds);
        var found = new IdentityHashMap<Lane, Map<ChannelKey, Seat.Following>>();
        for (var lane : hub.started() ? hub.lanes() : List.<Lane>of()) {
            var answer = ask(lane);
            if (answer == null) {
                continue;
            }
            answer.transports.forEach(counting::transport);
            answer.tenants.forEach(counting::connections);
            var rows = new HashMap<ChannelKey, Seat.Following>();
            var known = before.getOrDefault(lane, Map.of());
            for (var row : answer.channels) {
                rows.put(row.key(), row);
                counting.channel(row, known.get(row.key()));
            }
            found.put(lane, rows);
        }
        before = found;
        takenNanos = now;
        var population = counting.done();
        last = population;
        listeners.forEach(listener -> listener.accept(population));
        return population;
    }

    private static @Nullable Answer ask(Lane lane) throws InterruptedException {
        try {
            return lane.loop().submit(() -> count(lane)).get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException silent) {
            LOG.warn("a lane did not answer the census: {}", silent.toString());
            return null;
        }
    }

    private static Answer count(Lane lane) {
        var transports = new HashMap<String, Integer>();
        var tenants = new HashMap<String, Integer>();
        for (var subscriber : lane.subscribers()) {
            if (subscriber instanceof Connection connection) {
                transports.merge(connection.transport(), 1, Integer::sum);
                var who = connection.principal();
                if (who != null) {
                    tenants.merge(who.tenant(), 1, Integer::sum);
                }
            }
        }
        return new Answer(transports, tenants, lane.channels());
    }

    @Override
    @PreDestroy
    public void close() {
        thread.interrupt();
    }
}
