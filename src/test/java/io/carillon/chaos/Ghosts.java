package io.carillon.chaos;

import io.carillon.oracle.Ground;

import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/// Who is said to be there and is not: rows of nodes that died, connections that nobody holds,
/// presence without a connection.
final class Ghosts {
    /// The lease of a node, the grace of presence, and some seconds for a loaded machine.
    private static final long STATED_NANOS = 45_000_000_000L;

    private Ghosts() {}

    /// Returns when the registry tells the truth.
    ///
    /// @param ground where nobody comes or goes now
    /// @param clients how many connections there may be at most
    /// @throws AssertionError ghosts stay longer than stated
    static void awaitNone(Ground ground, int clients) throws SQLException {
        try (var connection = ground.superuser()) {
            if (Ground.one(connection, "select to_regclass('carillon.presence')") == null) {
                return;
            }
            var sql =
                    """
                    select concat_ws('; ',
                      (select 'nodes: ' || count(*) from carillon.node having count(*) <> %d),
                      (select 'connections: ' || count(*) from carillon.connection having count(*) > %d),
                      (select 'present without a connection: ' || count(*) from carillon.presence p
                        where p.ends_at is null and not exists (select from carillon.connection c
                          where c.node = p.node and c.tenant = p.tenant and c.user_id = p.user_id)
                       having count(*) > 0),
                      (select 'present on no node: ' || count(*) from carillon.presence p
                        where not exists (select from carillon.node n where n.id = p.node)
                       having count(*) > 0),
                      (select 'present too long: ' || count(*) from carillon.presence p
                        where p.ends_at < clock_timestamp() - interval '10 s' having count(*) > 0))
                    """
                            .formatted(Cluster.NODES, clients);
            for (var end = System.nanoTime() + STATED_NANOS; ; LockSupport.parkNanos(100_000_000)) {
                var ghosts = Ground.one(connection, sql);
                if (ghosts == null || ghosts.isEmpty()) {
                    return;
                }
                if (System.nanoTime() > end) {
                    throw new AssertionError("ghosts: " + ghosts);
                }
            }
        }
    }
}
