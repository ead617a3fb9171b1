package io.carillon.hub;

import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The events that became visible between two positions, in the order of their ids, grouped for
/// delivery.
///
/// Made by the tail for live events and by a recovery for one client; both are delivered by the
/// same code. A batch without events says only that the position moved. Immutable.
public final class Batch {
    private final String epoch;
    private final Position from;
    private final Position to;
    private final Place end;
    private final List<Event> events;
    private final Map<String, List<Run>> runs;
    private final long weight;
    private final long madeAt = System.nanoTime();

    /// @param epoch the log's epoch
    /// @param from everything visible here is not in the batch
    /// @param to everything visible here and not at `from` is in the batch
    /// @param events in the order of their ids
    public Batch(String epoch, Position from, Position to, List<Event> events) {
        this(epoch, from, to, Place.at(to), events);
    }

    private Batch(String epoch, Position from, Position to, Place end, List<Event> events) {
        this.epoch = epoch;
        this.from = from;
        this.to = to;
        this.end = end;
        this.events = List.copyOf(events);
        this.runs = group();
        this.weight = events.stream().mapToLong(Event::weight).sum() + 400;
    }

    /// A page: the first events of a batch of which more will follow.
    ///
    /// @param epoch the log's epoch
    /// @param from everything visible here is not in the batch
    /// @param to everything visible here and not at `from` belongs to the whole batch
    /// @param events in the order of their ids, at least one
    /// @return the page; whoever has received it stands after its last event
    public static Batch page(String epoch, Position from, Position to, List<Event> events) {
        return new Batch(epoch, from, to, new Place(from, to, events.getLast().id()), events);
    }

    public String epoch() {
        return epoch;
    }

    public Position from() {
        return from;
    }

    public Position to() {
        return to;
    }

    /// @return the place of whoever has received all of it
    public Place end() {
        return end;
    }

    /// @return all events, in the order of their ids
    public List<Event> events() {
        return events;
    }

    /// @param tenant a tenant, or [Event#ALL_TENANTS]
    /// @return the tenant's runs in the order of their ids
    public List<Run> runs(String tenant) {
        return runs.getOrDefault(tenant, List.of());
    }

    /// @return the runs of every tenant, by tenant
    Map<String, List<Run>> runs() {
        return runs;
    }

    /// @return what the batch occupies in memory, in bytes, roughly
    public long weight() {
        return weight;
    }

    /// @return when this node read it, in [System#nanoTime]
    long madeAt() {
        return madeAt;
    }

    /// @param upTo an event id
    /// @return the place of whoever has seen everything of this batch up to that id
    public Place place(long upTo) {
        return new Place(from, to, upTo);
    }

    private Map<String, List<Run>> group() {
        var grouped = new HashMap<String, List<Run>>();
        var open = new HashMap<String, List<Event>>();
        var openWeight = new HashMap<String, Integer>();
        for (var event : events) {
            var tenant = event.tenant();
            var run = open.computeIfAbsent(tenant, ignored -> new ArrayList<>());
            if (!run.isEmpty() && closes(run, event, openWeight.getOrDefault(tenant, 0))) {
                close(grouped, run);
                openWeight.put(tenant, 0);
                run = new ArrayList<>();
                open.put(tenant, run);
            }
            run.add(event);
            openWeight.merge(tenant, event.weight(), Integer::sum);
        }
        for (var run : open.values()) {
            close(grouped, run);
        }
        // What stays in the ring has no room to grow.
        grouped.replaceAll((tenant, runs) -> List.copyOf(runs));
        return grouped;
    }

    private static boolean closes(List<Event> run, Event next, int weight) {
        var first = run.getFirst();
        return !first.channel().equals(next.channel())
                || first.reset()
                || next.reset()
                || run.size() >= Run.MAX_EVENTS
                || weight + next.weight() > Run.MAX_WEIGHT;
    }

    private void close(Map<String, List<Run>> grouped, List<Event> run) {
        var last = run.getLast();
        var place = last == events.getLast() ? end : place(last.id());
        grouped.computeIfAbsent(last.tenant(), ignored -> new ArrayList<>())
                .add(
                        new Run(
                                last.key(),
                                List.copyOf(run),
                                new Cursor(epoch, place),
                                new Cursor(epoch, place(run.getFirst().id() - 1)),
                                Run.Kind.EVENTS));
    }
}
