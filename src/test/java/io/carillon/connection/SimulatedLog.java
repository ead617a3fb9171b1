package io.carillon.connection;

import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.log.History;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// A Postgres in a few lines: transactions that run, write, commit or roll back in any order, rows
/// that one transaction at a time may write, and snapshots. Deterministic by its seed; no threads.
final class SimulatedLog implements History {
    static final String EPOCH = "0123456789ab";

    private final Random random;
    private final List<Event> committed = new ArrayList<>();
    private final Map<Long, List<Event>> running = new HashMap<>();
    private final Map<String, Long> rowLocks = new HashMap<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private long nextXid = 100;
    private long nextId = 1;

    SimulatedLog(Random random) {
        this.random = random;
    }

    /// One thing happens.
    void step(List<String> channels) {
        switch (random.nextInt(4)) {
            case 0 -> running.put(nextXid++, new ArrayList<>());
            case 1, 2 -> write(channels);
            default -> end();
        }
    }

    private void write(List<String> channels) {
        if (running.isEmpty()) {
            return;
        }
        var xid = pick(running.keySet());
        var channel = channels.get(random.nextInt(channels.size()));
        var row = channel + "/" + random.nextInt(4);
        if (rowLocks.getOrDefault(row, xid) == (long) xid) {
            rowLocks.put(row, xid);
            // The writer's own uncommitted versions count on from the committed one.
            var mine = running.get(xid).stream().filter(event -> row.equals(event.ref())).count();
            var version = versions.getOrDefault(row, 0) + mine + 1;
            running.get(xid)
                    .add(
                            new Event(
                                    nextId++,
                                    xid,
                                    "acme",
                                    channel,
                                    "row.updated",
                                    "" + version,
                                    null,
                                    null,
                                    row,
                                    Instant.EPOCH));
        }
    }

    private void end() {
        if (running.isEmpty()) {
            return;
        }
        var xid = pick(running.keySet());
        var events = running.remove(xid);
        if (random.nextInt(4) > 0) {
            committed.addAll(events);
            events.forEach(event -> versions.merge(event.ref(), 1, Integer::sum));
        }
        rowLocks.values().removeIf(owner -> owner == (long) xid);
    }

    void endAll() {
        while (!running.isEmpty()) {
            end();
        }
    }

    private <T extends Comparable<T>> T pick(Set<T> from) {
        var sorted = List.copyOf(new TreeSet<>(from));
        return sorted.get(random.nextInt(sorted.size()));
    }

    List<Event> committed() {
        return committed;
    }

    /// The position of a snapshot taken now, as `carillon.cursor()` gives it.
    Position position() {
        var highest = committed.stream().mapToLong(Event::xid).max().orElse(0);
        return Position.trimmed(
                highest, running.keySet().stream().mapToLong(Long::longValue).sorted().toArray());
    }

    /// What a tail does with one look.
    Position look(Hub hub, Position before) {
        var events = events(event -> !before.sees(event.xid()));
        var highest = events.stream().mapToLong(Event::xid).max().orElse(0);
        var after =
                Position.trimmed(
                        Math.max(before.xmax() - 1, highest),
                        running.keySet().stream().mapToLong(Long::longValue).sorted().toArray());
        if (!after.equals(before) || !events.isEmpty()) {
            hub.publish(new Batch(EPOCH, before, after, events));
        }
        return after;
    }

    private List<Event> events(Predicate<Event> wanted) {
        return committed.stream()
                .filter(wanted)
                .sorted(Comparator.comparingLong(Event::id))
                .toList();
    }

    @Override
    public Page read(String tenant, Set<String> channels, Leg leg, int limit) {
        return new Page.Found(
                events(event -> channels.contains(event.channel()) && leg.wants(event)).stream()
                        .limit(limit)
                        .toList());
    }

    @Override
    public int count(String tenant, Set<String> channels, Place place, int limit) {
        return (int)
                committed.stream()
                        .filter(event -> channels.contains(event.channel()))
                        .filter(event -> !place.from().sees(event.xid()))
                        .limit(limit)
                        .count();
    }
}
