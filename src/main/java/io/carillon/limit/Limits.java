package io.carillon.limit;

import io.carillon.database.Database;
import io.carillon.database.Writer;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What every tenant may have on this node, and what was refused.
///
/// Made with the settings' limits; room `control` has it [#reload] at start, when a row changes and
/// when changes may have been missed; the registry says how many nodes live. Until the first read
/// the settings count. Safe for all threads; only [#reload] and [#set] block.
@Singleton
public final class Limits {
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final int MAX_CLASSES = 32;
    private static final String OTHERS = "other";
    private static final String ROWS = "select * from carillon.tenant_limit";

    private final @Nullable Database database;
    private final TenantLimit usual;
    private final Map<String, TenantLimit> special = new ConcurrentHashMap<>();
    private final Map<String, Usage> usages = new ConcurrentHashMap<>();
    private final Map<Refusals, LongAdder> refused = new ConcurrentHashMap<>();
    private volatile int nodes = 1;

    @Inject
    public Limits(LimitSettings settings, Database database) {
        this.usual = TenantLimit.of(settings);
        this.database = database;
    }

    private Limits(LimitSettings settings) {
        this.usual = TenantLimit.of(settings);
        this.database = null;
    }

    /// @param settings what every tenant may have
    /// @return limits without a table, for use outside of a container
    public static Limits of(LimitSettings settings) {
        return new Limits(settings);
    }

    /// @return no limits to speak of, for use outside of a container
    public static Limits none() {
        var most = 10_000_000;
        return of(new LimitSettings(most, most, most, 1_000_000, 1_000_000_000, 1_000_000));
    }

    /// Refusals are counted by this.
    ///
    /// @param kind which limit stood against something
    /// @param tenants the class of the tenants (`carillon.tenant_limit.class`), `default` for most
    public record Refusals(LimitKind kind, String tenants) {}

    /// @param tenant a tenant
    /// @return what it has and may have here
    public Usage of(String tenant) {
        var now = System.nanoTime();
        return Objects.requireNonNull(
                usages.compute(
                        tenant,
                        (name, found) -> {
                            var usage =
                                    found == null
                                            ? new Usage(name, this, limits(name), now)
                                            : found;
                            // Whoever asks is about to spend: not to be swept meanwhile.
                            usage.touch(now);
                            return usage;
                        }));
    }

    /// @return how often something was refused since the start, by limit and class of tenants
    public Map<Refusals, Long> refused() {
        var counts = new HashMap<Refusals, Long>();
        refused.forEach((key, count) -> counts.put(key, count.sum()));
        return counts;
    }

    /// @param kind a limit
    /// @return how often it stood against something since the start, for all tenants
    public long refused(LimitKind kind) {
        return refused.entrySet().stream()
                .filter(it -> it.getKey().kind() == kind)
                .mapToLong(it -> it.getValue().sum())
                .sum();
    }

    void count(LimitKind kind, String label) {
        var key = new Refusals(kind, label);
        if (refused.size() > MAX_CLASSES * LimitKind.values().length && !refused.containsKey(key)) {
            key = new Refusals(kind, OTHERS);
        }
        refused.computeIfAbsent(key, ignored -> new LongAdder()).increment();
    }

    /// @param all a limit over all nodes
    /// @return this node's share of it
    int share(int all) {
        var among = nodes;
        return (int) (((long) all + among - 1) / among);
    }

    /// @param count how many nodes live, this one among them
    public void nodes(int count) {
        nodes = Math.max(1, count);
    }

    /// Forgets tenants that have been gone for a while. Called now and then.
    ///
    /// @param nanos [System#nanoTime]
    public void sweep(long nanos) {
        for (var tenant : usages.keySet()) {
            usages.computeIfPresent(
                    tenant,
                    (name, usage) -> usage.idleSince(nanos - KEPT.toNanos()) ? null : usage);
        }
    }

    /// Reads all rows again. Blocks; throws when Postgres is away.
    public void reload() {
        var from = database;
        if (from == null) {
            return;
        }
        var read = from.read(this::rows);
        special.keySet().retainAll(read.keySet());
        special.putAll(read);
    }

    /// Sets one limit of a tenant, for all nodes. Blocks; throws
    /// [io.carillon.database.StatementFailed] `CA001` for what cannot be.
    ///
    /// @param who in whose name
    /// @param tenant whose
    /// @param name a column of `carillon.tenant_limit`
    /// @param value null for what the nodes are set to
    public void set(Writer who, String tenant, String name, @Nullable Integer value) {
        var to = database;
        if (to == null) {
            throw new IllegalStateException("these limits have no table");
        }
        to.write(
                who,
                connection -> {
                    try (var call = connection.prepareStatement("select carillon.limit(?, ?, ?)")) {
                        call.setString(1, tenant);
                        call.setString(2, name);
                        call.setObject(3, value, java.sql.Types.INTEGER);
                        return call.execute();
                    }
                });
    }

    /// @param tenant a tenant
    /// @return what it may have, by its row and the settings
    public TenantLimit limits(String tenant) {
        return special.getOrDefault(tenant, usual);
    }

    private Map<String, TenantLimit> read(ResultSet rows) throws SQLException {
        var read = new HashMap<String, TenantLimit>();
        while (rows.next()) {
            read.put(rows.getString("tenant"), row(rows));
        }
        return read;
    }

    private TenantLimit row(ResultSet row) throws SQLException {
        var label = row.getString("class");
        return new TenantLimit(
                label == null ? TenantLimit.NO_CLASS : label,
                number(row, "connections", usual.connections()),
                number(row, "user_connections", usual.userConnections()),
                (Integer) row.getObject("subscriptions"),
                number(row, "user_subscriptions", usual.userSubscriptions()),
                (Integer) row.getObject("commands"),
                number(row, "publishes", usual.publishes()),
                number(row, "deliveries", usual.deliveries()),
                (Integer) row.getObject("event_bytes"),
                number(row, "presence_writes", usual.presenceWrites()));
    }

    private static int number(ResultSet row, String column, int otherwise) throws SQLException {
        var value = row.getObject(column);
        return value instanceof Integer number ? number : otherwise;
    }

    private Map<String, TenantLimit> rows(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(ROWS);
                var rows = statement.executeQuery()) {
            return read(rows);
        }
    }
}
