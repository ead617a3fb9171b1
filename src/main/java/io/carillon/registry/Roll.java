package io.carillon.registry;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The connections of this node, as `carillon.connection` tells of them.
///
/// Lanes say who came and went; that takes a moment and never waits for Postgres. The registry's
/// thread writes what is different, one statement for each batch: who came and went between two
/// writes costs nothing. Bounded by the open connections and
/// `carillon.registry.max-changes`.
public final class Roll implements Ledger {
    private static final String WRITE =
            """
            with here as (
              select id from carillon.node where id = ? and registration = ?::uuid for key share),
            gone as (
              delete from carillon.connection c using here where c.node = here.id and c.id = any (?)),
            come as (
              insert into carillon.connection
                (node, id, tenant, user_id, name, transport, state, since)
              select here.id, x.id, x.tenant, x.user_id, x.name, x.transport, x.state, x.since
                from here, unnest(?, ?, ?, ?, ?, ?, ?::text[]::timestamptz[])
                  as x (id, tenant, user_id, name, transport, state, since)
              on conflict (node, id) do update
                set state = excluded.state, name = excluded.name)
            select count(*) from here
            """;

    private final Registry registry;
    private final int batch;
    private final Changes<String> changes;
    private final Map<String, Entry> open = new ConcurrentHashMap<>();
    private volatile long statements;

    /// @param principal who it is
    /// @param transport how it is connected
    /// @param state what it said of its user
    /// @param since when it was let in
    private record Entry(Principal principal, String transport, String state, Instant since) {}

    /// @param registry writes this
    /// @param settings sizes of batches
    public Roll(Registry registry, RegistrySettings settings) {
        this.registry = registry;
        this.batch = settings.batch();
        this.changes = new Changes<>(settings.maxChanges());
        registry.keep(this);
    }

    /// @param id unique on this node
    /// @param who was let in, or is now after a new token
    /// @param transport how
    public void opened(String id, Principal who, String transport) {
        open.compute(
                id,
                (key, was) ->
                        was == null
                                ? new Entry(who, transport, "online", Instant.now())
                                : new Entry(who, transport, was.state, was.since));
        changed(id);
    }

    /// @param id of an open connection
    /// @param state what it says of its user: online, away or busy
    public void stated(String id, String state) {
        if (open.computeIfPresent(
                        id, (key, was) -> new Entry(was.principal, was.transport, state, was.since))
                != null) {
            changed(id);
        }
    }

    /// @param id of a connection that is closed
    public void closed(String id) {
        if (open.remove(id) != null) {
            changed(id);
        }
    }

    private void changed(String id) {
        changes.add(id);
        registry.wake();
    }

    /// @return open connections on this node, without polls
    public int count() {
        return open.size();
    }

    /// @return statements that have written connections since the start
    public long statements() {
        return statements;
    }

    @Override
    public void forget() {
        changes.forget();
    }

    @Override
    public boolean write(Connection connection, Registration mine) throws SQLException {
        var everything = Set.<String>of();
        if (changes.startAgain()) {
            try (var statement =
                    connection.prepareStatement("delete from carillon.connection where node = ?")) {
                statement.setString(1, mine.node());
                statements = statements + 1;
                statement.executeUpdate();
            } catch (SQLException failed) {
                changes.forget();
                throw failed;
            }
            everything = Set.copyOf(open.keySet());
        }
        return changes.drain(everything, batch, ids -> write(connection, mine, ids));
    }

    private boolean write(Connection connection, Registration mine, List<String> ids)
            throws SQLException {
        var gone = new ArrayList<String>();
        var come = new ArrayList<String>();
        var entries = new ArrayList<Entry>();
        for (var id : ids) {
            @Nullable Entry entry = open.get(id);
            if (entry == null) {
                gone.add(id);
            } else {
                come.add(id);
                entries.add(entry);
            }
        }
        try (var statement = connection.prepareStatement(WRITE)) {
            statement.setString(1, mine.node());
            statement.setString(2, mine.value());
            statement.setArray(3, Lease.texts(connection, gone));
            statement.setArray(4, Lease.texts(connection, come));
            var next = 5;
            for (var column :
                    List.<java.util.function.Function<Entry, String>>of(
                            it -> it.principal.tenant(),
                            it -> it.principal.user(),
                            it -> it.principal.name(),
                            Entry::transport,
                            Entry::state,
                            it -> it.since.toString())) {
                statement.setArray(
                        next++, Lease.texts(connection, entries.stream().map(column).toList()));
            }
            statements = statements + 1;
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getLong(1) > 0;
            }
        }
    }

    @Override
    public void leave(Connection connection, Registration mine) throws SQLException {
        try (var statement =
                connection.prepareStatement("delete from carillon.connection where node = ?")) {
            statement.setString(1, mine.node());
            statement.executeUpdate();
        }
    }
}
