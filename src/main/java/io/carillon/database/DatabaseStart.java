package io.carillon.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.micronaut.context.exceptions.ConfigurationException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/// From settings to a working database, in the only order that works: look (can it be reached, is
/// it right), settle the roles, migrate as the owner, check the working role, open the pool.
///
/// Called by [DatabaseBeans] and by tests. Nodes that start together do the first three one after
/// the other: an advisory lock of the database is held meanwhile. Everything that is wrong is a
/// [ConfigurationException] with one line that says what to do.
public final class DatabaseStart {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);

    /// "carillon" in ASCII, cut to 63 bits.
    private static final long LOCK = 0x636172696c6c6f6eL;

    /// How long a node waits for another one's migrations.
    private static final String LOCK_WAIT = "300s";

    private static final int SOCKET_SECONDS = 30;

    private DatabaseStart() {}

    /// @param config with an address
    /// @return migrated, checked, open; the caller closes it
    public static OpenDatabase open(DatabaseConfig config) {
        return open(config, Logins.AS_CONFIGURED);
    }

    /// @param config with an address
    /// @param logins asked for every connection
    /// @return migrated, checked, open; the caller closes it
    public static OpenDatabase open(DatabaseConfig config, Logins logins) {
        var address = DatabaseAddress.parse(config.url());
        var login = login(config, address);
        var owner = owner(config, login);
        var two = !owner.user().equals(login.user());
        var working = Door.working(address, logins, login);
        var migrating = two ? Door.owner(address, logins, owner) : working;
        var roles = prepare(config, address, working, migrating);
        Connector runtime = purpose -> working(working, roles.runtime(), purpose);
        var role = check(runtime, address);
        LOG.info("works on {} as role {} (login {})", address.name(), role, login.user());
        return new OpenDatabase(
                pool(config, working, roles.runtime()),
                runtime,
                new OwnerAccess(purpose -> migrating.connect(purpose, SOCKET_SECONDS), roles),
                role);
    }

    private static Login login(DatabaseConfig config, DatabaseAddress address) {
        var carried = address.login();
        if (!config.user().isBlank()) {
            var password =
                    config.password().isEmpty()
                                    && carried != null
                                    && carried.user().equals(config.user())
                            ? carried.password()
                            : config.password();
            return new Login(config.user(), password);
        }
        if (carried == null) {
            throw new ConfigurationException(
                    "no login for Postgres at "
                            + address.name()
                            + ": set CARILLON_DATABASE_USER and CARILLON_DATABASE_PASSWORD");
        }
        return config.password().isEmpty() ? carried : new Login(carried.user(), config.password());
    }

    private static Login owner(DatabaseConfig config, Login login) {
        return config.ownerUser().isBlank() || config.ownerUser().equals(login.user())
                ? login
                : new Login(config.ownerUser(), config.ownerPassword());
    }

    private static Roles prepare(
            DatabaseConfig config, DatabaseAddress address, Door working, Door owner) {
        var two = working != owner;
        try {
            var login = working.login();
            if (two) {
                // Before anything is changed: a typing error in the second login should cost
                // nothing.
                closed(Preflight.connect(address, login, LoginNames.RUNTIME));
            }
            try (var connection =
                    Preflight.connect(
                            address, owner.login(), two ? LoginNames.OWNER : LoginNames.RUNTIME)) {
                lock(connection);
                var roles =
                        two
                                ? RoleSetup.twoLogins(connection, login.user())
                                : RoleSetup.oneLogin(connection);
                Migrations.run(
                        purpose -> owner.connect(purpose, 3_600), roles, config.migrations());
                return roles;
            }
        } catch (SQLException failed) {
            throw new ConfigurationException(
                    "Postgres at "
                            + address.name()
                            + " cannot be prepared: "
                            + failed.getMessage());
        }
    }

    private static void lock(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Held until this connection closes, also when this process is killed.
            statement.execute(
                    "set lock_timeout = '"
                            + LOCK_WAIT
                            + "'; select pg_advisory_lock("
                            + LOCK
                            + ");"
                            + " set lock_timeout = 0");
        }
    }

    private static String check(Connector runtime, DatabaseAddress address) {
        try (var connection = runtime.open("start")) {
            return RoleCheck.check(connection);
        } catch (SQLException failed) {
            throw new ConfigurationException(
                    "Postgres at "
                            + address.name()
                            + " cannot be worked with: "
                            + failed.getMessage());
        }
    }

    private static Connection working(Door door, @Nullable String role, String purpose)
            throws SQLException {
        var connection = door.connect(purpose, SOCKET_SECONDS);
        try {
            Roles.setRole(connection, role);
            return connection;
        } catch (SQLException refused) {
            connection.close();
            throw refused;
        }
    }

    private static HikariDataSource pool(DatabaseConfig config, Door door, @Nullable String role) {
        var hikari = new HikariConfig();
        hikari.setPoolName("default");
        hikari.setDataSource(
                new ConnectorSource(purpose -> door.connect(purpose, SOCKET_SECONDS), "pool"));
        hikari.setMaximumPoolSize(config.poolSize());
        hikari.setMinimumIdle(Math.min(2, config.poolSize()));
        hikari.setConnectionTimeout(config.poolWait().toMillis());
        hikari.setKeepaliveTime(60_000);
        // A forgotten transaction would hold back every position; a runaway statement would hold a
        // connection.
        hikari.setConnectionInitSql(
                String.format(
                        Locale.ROOT,
                        "%sset idle_in_transaction_session_timeout = '60s'; set statement_timeout ="
                                + " '%ds'",
                        role == null ? "" : "set role " + Roles.quoted(role) + "; ",
                        SOCKET_SECONDS - 5));
        return new HikariDataSource(hikari);
    }

    private static void closed(Connection connection) {
        try {
            connection.close();
        } catch (SQLException lost) {
            LOG.debug("closing", lost);
        }
    }
}
