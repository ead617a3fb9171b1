package io.carillon.module.studio;

import io.carillon.database.Database;
import io.carillon.database.StatementFailed;
import io.carillon.database.Writer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Has the status of tenants' studios told, those of many tenants in one statement.
///
/// A tenant whose status Postgres refuses costs itself only: what is refused is asked again in
/// halves, down to the one, which is asked alone from then on until it is told. Bound: after
/// [#REFUSALS] refusals the rest waits for the next interval; those that were refused longest ago
/// come first then. Confined to the thread of [StatusBeat], but for the figures. Blocks.
final class StatusTeller {
    private static final Logger LOG = LoggerFactory.getLogger(StatusTeller.class);
    private static final int TENANTS_AT_ONCE = 500;
    private static final int REFUSALS = 64;

    private final Database database;
    private final Duration every;
    private final LinkedHashSet<String> alone = new LinkedHashSet<>();
    private final LongAdder asked = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private int refusals;
    private int late;

    /// @param every the length of an interval
    StatusTeller(Database database, Duration every) {
        this.database = database;
        this.every = every;
    }

    /// @return statements since the start; any thread
    long asked() {
        return asked.sum();
    }

    /// @return how often a tenant's status was refused since the start; any thread
    long refused() {
        return refused.sum();
    }

    /// @param tenants whose status is wanted now
    /// @return milliseconds until the next interval
    long tell(Collection<String> tenants) {
        refusals = 0;
        late = 0;
        alone.retainAll(tenants);
        var others = tenants.stream().filter(tenant -> !alone.contains(tenant)).toList();
        var known = List.copyOf(alone);
        var wait = every.toMillis();
        for (var from = 0; from < others.size(); from += TENANTS_AT_ONCE) {
            var to = Math.min(from + TENANTS_AT_ONCE, others.size());
            wait = Math.min(wait, tell(others.subList(from, to)));
        }
        for (var tenant : known) {
            wait = Math.min(wait, tell(List.of(tenant)));
        }
        if (late > 0) {
            LOG.warn("the studios' status of {} tenants waits: too many were refused", late);
        }
        return wait;
    }

    private long tell(List<String> tenants) {
        if (refusals == REFUSALS) {
            late += tenants.size();
            return every.toMillis();
        }
        asked.increment();
        try {
            long wait = database.write(Writer.NODE, connection -> tell(connection, tenants));
            if (tenants.size() == 1 && alone.remove(tenants.getFirst())) {
                LOG.info("the studios' status of {} is told again", tenants.getFirst());
            }
            return wait;
        } catch (StatementFailed failed) {
            refusals++;
            if (tenants.size() == 1) {
                return refused(tenants.getFirst(), failed);
            }
            var half = tenants.size() / 2;
            return Math.min(
                    tell(tenants.subList(0, half)), tell(tenants.subList(half, tenants.size())));
        }
    }

    /// Said once; to the end, so that others have their turn before it.
    private long refused(String tenant, StatementFailed failed) {
        refused.increment();
        if (!alone.contains(tenant)) {
            LOG.warn("the studios' status of {} cannot be told: {}", tenant, failed.getMessage());
        }
        alone.addLast(tenant);
        return every.toMillis();
    }

    private long tell(Connection connection, List<String> tenants) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select carillon_app.tell_studio_status(?, make_interval(secs => ?))")) {
            statement.setArray(1, connection.createArrayOf("text", tenants.toArray()));
            statement.setDouble(2, every.toMillis() / 1_000.0);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
