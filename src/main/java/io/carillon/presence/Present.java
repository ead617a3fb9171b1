package io.carillon.presence;

import io.carillon.registry.Changes;
import io.carillon.registry.Ledger;
import io.carillon.registry.Registration;
import io.carillon.registry.Registry;
import io.carillon.registry.RegistrySettings;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;

/// Who is present through this node, the grace time included: what this node's rows of
/// `carillon.presence` say.
///
/// Lanes change it, the registry's thread writes what differs, in batches; a user who comes back
/// within the grace time was never away and costs no write. Bounded by the subscriptions of this
/// node (and those of the last grace time). Safe for all threads; nothing blocks but [#write].
final class Present implements Ledger {
    private static final String WRITE = "select carillon.write_presence(?, ?::uuid, ?, ?, ?, ?, ?)";

    /// How long writing everything anew may take.
    private static final Duration REWRITE = Duration.ofSeconds(15);

    private final Registry registry;
    private final Exposure exposure;
    private final Duration grace;
    private final int batch;
    private final Changes<Spot> changes;
    private final Map<Spot, Here> here = new ConcurrentHashMap<>();
    private final PriorityBlockingQueue<Ending> endings =
            new PriorityBlockingQueue<>(64, Comparator.comparingLong(Ending::atNanos));
    private volatile long statements;

    private record Ending(Spot spot, long atNanos) {}

    /// A user in a channel through this node. Guarded by the map's entry.
    private static final class Here {
        final Map<Object, State> visits = new HashMap<>(2);
        String name = "";
        State last = State.ONLINE;
        long endsAt;
        boolean queued;
        volatile boolean written;

        State state() {
            return visits.values().stream().reduce(State::or).orElse(last);
        }
    }

    Present(
            Registry registry,
            Exposure exposure,
            RegistrySettings sizes,
            PresenceSettings settings) {
        this.registry = registry;
        this.exposure = exposure;
        this.grace = settings.grace();
        this.batch = sizes.batch();
        this.changes = new Changes<>(sizes.maxChanges());
    }

    /// @param visit an identity
    /// @param name of the user, for people
    void come(Spot spot, Object visit, String name, State state) {
        here.compute(
                spot,
                (key, was) -> {
                    var entry = was == null ? new Here() : was;
                    var same = was != null && entry.name.equals(name);
                    var before = entry.state();
                    entry.visits.put(visit, state);
                    entry.name = name;
                    entry.endsAt = 0;
                    if (!same || entry.state() != before) {
                        changed(spot);
                    }
                    return entry;
                });
    }

    /// @param linger for how long the user counts as there when this was the last visit
    void go(Spot spot, Object visit, Duration linger) {
        here.computeIfPresent(
                spot,
                (key, entry) -> {
                    var before = entry.state();
                    if (entry.visits.remove(visit) == null) {
                        return entry;
                    }
                    if (!entry.visits.isEmpty()) {
                        if (entry.state() != before) {
                            changed(spot);
                        }
                        return entry;
                    }
                    entry.last = before;
                    entry.endsAt = System.nanoTime() + linger.toNanos();
                    if (!entry.queued) {
                        entry.queued = true;
                        endings.add(new Ending(spot, entry.endsAt));
                    }
                    return entry;
                });
    }

    /// Ends what has lingered for long enough.
    void expire(long nanos) {
        for (var next = endings.peek();
                next != null && next.atNanos - nanos <= 0;
                next = endings.peek()) {
            endings.remove(next);
            expire(next.spot, nanos);
        }
    }

    private void expire(Spot spot, long nanos) {
        here.computeIfPresent(
                spot,
                (key, entry) -> {
                    if (!entry.visits.isEmpty()) {
                        entry.queued = false;
                        return entry;
                    }
                    if (entry.endsAt - nanos > 0) {
                        endings.add(new Ending(spot, entry.endsAt));
                        return entry;
                    }
                    changed(spot);
                    return null;
                });
    }

    /// A rule may show now what it did not, or the other way round.
    void review() {
        here.forEach((spot, entry) -> {
            var shown = exposure.shown(spot.channel()) == Exposure.Shown.YES;
            if (shown != entry.written) {
                changed(spot);
            }
        });
    }

    private void changed(Spot spot) {
        changes.add(spot);
        registry.wake();
    }

    /// @return users in channels on this node, the grace time included
    int size() {
        return here.size();
    }

    long statements() {
        return statements;
    }

    @Override
    public void forget() {
        changes.forget();
    }

    @Override
    public boolean write(Connection connection, Registration mine) throws SQLException {
        var everything = Set.<Spot>of();
        if (changes.startAgain()) {
            // Whatever stands there under this node and is not written again has ended meanwhile.
            leave(connection, mine, REWRITE);
            everything = Set.copyOf(here.keySet());
        }
        return changes.drain(everything, batch, spots -> write(connection, mine, spots));
    }

    private boolean write(Connection connection, Registration mine, List<Spot> spots)
            throws SQLException {
        var rows = new ArrayList<Row>();
        for (var spot : spots) {
            var shown = exposure.shown(spot.channel());
            if (shown == Exposure.Shown.UNKNOWN) {
                // Its turn comes when the rules have been read.
                changes.add(spot);
            } else {
                rows.add(row(spot, shown));
            }
        }
        if (rows.isEmpty()) {
            return true;
        }
        try (var statement = connection.prepareStatement(WRITE)) {
            statement.setString(1, mine.node());
            statement.setString(2, mine.value());
            statement.setArray(3, texts(connection, rows, it -> it.spot.tenant()));
            statement.setArray(4, texts(connection, rows, it -> it.spot.channel()));
            statement.setArray(5, texts(connection, rows, it -> it.spot.user()));
            statement.setArray(6, texts(connection, rows, it -> it.name));
            statement.setArray(7, texts(connection, rows, it -> it.state));
            statements = statements + 1;
            try (var answer = statement.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        }
    }

    /// @param state null for a leave
    private record Row(Spot spot, String name, @Nullable String state) {}

    private Row row(Spot spot, Exposure.Shown shown) {
        var found = new Row[] {new Row(spot, "", null)};
        here.computeIfPresent(
                spot,
                (key, entry) -> {
                    entry.written = shown == Exposure.Shown.YES;
                    if (entry.written) {
                        found[0] = new Row(spot, entry.name, entry.state().word());
                    }
                    return entry;
                });
        return found[0];
    }

    private interface Column {
        @Nullable String of(Row row);
    }

    private static java.sql.Array texts(Connection connection, List<Row> rows, Column column)
            throws SQLException {
        return connection.createArrayOf("text", rows.stream().map(column::of).toArray());
    }

    @Override
    public void leave(Connection connection, Registration mine) throws SQLException {
        leave(connection, mine, grace);
    }

    private void leave(Connection connection, Registration mine, Duration linger)
            throws SQLException {
        try (var statement = connection.prepareStatement("select carillon.leave_presence(?, ?)")) {
            statement.setString(1, mine.node());
            statement.setLong(2, linger.toMillis());
            statement.execute();
        } catch (SQLException failed) {
            changes.forget();
            throw failed;
        }
    }
}
