package io.carillon.database;

import com.zaxxer.hikari.HikariDataSource;

import javax.sql.DataSource;

/// What [DatabaseStart] hands over: the pool and the way to connections outside it, both as the
/// runtime role.
///
/// Closing it closes the pool; connections that were opened outside it belong to whoever opened
/// them.
public final class OpenDatabase implements AutoCloseable {
    private final HikariDataSource pool;
    private final OwnerAccess owner;
    private final String role;
    private final Database database;

    OpenDatabase(HikariDataSource pool, Connector runtime, OwnerAccess owner, String role) {
        this.pool = pool;
        this.owner = owner;
        this.role = role;
        this.database = new Database(pool, runtime);
    }

    public Database database() {
        return database;
    }

    /// @return the pool, for whoever needs a plain data source
    public DataSource pool() {
        return pool;
    }

    /// How the pool stands now.
    ///
    /// @param active connections that are in use
    /// @param idle connections that are not
    /// @param waiting threads that wait for one
    /// @param most connections that there may be
    public record Pool(int active, int idle, int waiting, int most) {}

    /// @return how the pool stands now; does not block
    public Pool standing() {
        var view = pool.getHikariPoolMXBean();
        return view == null
                ? new Pool(0, 0, 0, pool.getMaximumPoolSize())
                : new Pool(
                        view.getActiveConnections(),
                        view.getIdleConnections(),
                        view.getThreadsAwaitingConnection(),
                        pool.getMaximumPoolSize());
    }

    /// @return the migrating login's way in
    OwnerAccess owner() {
        return owner;
    }

    /// @return the role that the product works as
    public String role() {
        return role;
    }

    /// The login has changed: connections of the old one are closed as soon as nobody works on
    /// them, new ones are opened with the new one. Nobody's transaction is ended.
    public void renew() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        pool.close();
    }
}
