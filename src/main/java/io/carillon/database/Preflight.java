package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.postgresql.util.PSQLException;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;

/// Looks before the product starts: is there a Postgres, does it let us in, is it one that Carillon
/// can work with? Each "no" is one line that says what to do.
final class Preflight {
    /// Positions are `xid8` snapshots and views may check the reader's rights since 13 and 15.
    static final int OLDEST = 15;

    private Preflight() {}

    /// What a server says about itself.
    ///
    /// @param version the text of `version()`
    /// @param number `server_version_num`, e.g. 180006
    /// @param standby whether it is replaying another server's log
    record Server(String version, int number, boolean standby) {
        int major() {
            return number / 10_000;
        }
    }

    /// @return an open, judged connection
    static Connection connect(DatabaseAddress address, Login login, LoginNames names) {
        Connection connection;
        try {
            connection = address.connect(login, "start", 300);
        } catch (SQLException failed) {
            throw new ConfigurationException(why(failed, address, login, names));
        }
        try {
            judge(server(connection), address);
            return connection;
        } catch (SQLException failed) {
            close(connection);
            throw new ConfigurationException(
                    incompatible(address, String.valueOf(failed.getMessage())));
        } catch (ConfigurationException refused) {
            close(connection);
            throw refused;
        }
    }

    private static Server server(Connection connection) throws SQLException {
        // pg_current_snapshot: what everything here rests on; look-alikes stumble over it.
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select version(), current_setting('server_version_num')::int,"
                                        + " pg_is_in_recovery()")) {
            rows.next();
            return new Server(rows.getString(1), rows.getInt(2), rows.getBoolean(3));
        }
    }

    /// Refuses a server that Carillon cannot work with.
    static void judge(Server server, DatabaseAddress address) {
        if (!server.version().startsWith("PostgreSQL ") || server.version().contains("-YB-")) {
            throw new ConfigurationException(
                    incompatible(address, "it calls itself \"" + server.version() + "\""));
        }
        if (server.major() < OLDEST) {
            throw new ConfigurationException(
                    "Postgres at "
                            + address.name()
                            + " is version "
                            + server.major()
                            + ", Carillon needs "
                            + OLDEST
                            + " or newer: upgrade it, or point CARILLON_DATABASE_URL to another");
        }
        if (server.standby()) {
            throw new ConfigurationException(
                    "Postgres at "
                            + address.name()
                            + " is a standby, which Carillon can neither write to nor read"
                            + " positions from: point CARILLON_DATABASE_URL to the primary");
        }
    }

    private static String incompatible(DatabaseAddress address, String why) {
        return "what answers at "
                + address.name()
                + " is not compatible with Postgres ("
                + why
                + "): point CARILLON_DATABASE_URL to a Postgres "
                + OLDEST
                + " or newer";
    }

    private static String why(
            SQLException failed, DatabaseAddress address, Login login, LoginNames names) {
        if (failed instanceof PSQLException refused && refused.getServerErrorMessage() != null) {
            return refusal(refused, address, login, names);
        }
        var cause = rootOf(failed);
        var state = failed.getSQLState() == null ? "" : failed.getSQLState();
        if (state.equals("08004")) {
            return "Postgres at "
                    + address.name()
                    + " does not let login \""
                    + login.user()
                    + "\" in ("
                    + failed.getMessage()
                    + "): set "
                    + names.password();
        }
        if (cause instanceof UnknownHostException
                || cause instanceof ConnectException
                || cause instanceof SocketTimeoutException) {
            return "Postgres at "
                    + address.name()
                    + " cannot be reached ("
                    + plain(cause)
                    + "): start it, or correct CARILLON_DATABASE_URL";
        }
        if (state.equals("08P01") || cause instanceof EOFException) {
            return incompatible(address, String.valueOf(failed.getMessage()));
        }
        return "Postgres at "
                + address.name()
                + " cannot be reached ("
                + failed.getMessage()
                + (cause == failed ? "" : ": " + plain(cause))
                + "): correct CARILLON_DATABASE_URL";
    }

    private static String refusal(
            PSQLException refused, DatabaseAddress address, Login login, LoginNames names) {
        var text = refused.getMessage() == null ? "" : refused.getMessage();
        return switch (refused.getSQLState() == null ? "" : refused.getSQLState()) {
            case "28P01" ->
                    "Postgres at "
                            + address.name()
                            + " refuses the password of login \""
                            + login.user()
                            + "\": correct "
                            + names.user()
                            + " and "
                            + names.password();
            case "28000" ->
                    "Postgres at "
                            + address.name()
                            + " does not let login \""
                            + login.user()
                            + "\" in ("
                            + text
                            + "): correct "
                            + names.user()
                            + " or the server's pg_hba.conf";
            case "3D000" ->
                    "there is no database \""
                            + address.database()
                            + "\" at "
                            + address.hosts()
                            + ": create it (create database \""
                            + address.database()
                            + "\"), or correct CARILLON_DATABASE_URL";
            case "57P03" ->
                    "Postgres at "
                            + address.name()
                            + " is not ready ("
                            + text
                            + "): try again in a moment";
            case "53300" ->
                    "Postgres at "
                            + address.name()
                            + " has no connection left ("
                            + text
                            + "): raise max_connections, or lower CARILLON_DATABASE_POOL_SIZE";
            default ->
                    "Postgres at "
                            + address.name()
                            + " does not let login \""
                            + login.user()
                            + "\" in ("
                            + text
                            + ")";
        };
    }

    private static String plain(Throwable cause) {
        return cause instanceof UnknownHostException
                ? "unknown host " + cause.getMessage()
                : String.valueOf(cause.getMessage());
    }

    private static Throwable rootOf(Throwable thrown) {
        var cause = thrown;
        while (cause.getCause() != null
                && (cause instanceof SQLException || cause.getCause() instanceof IOException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // It is thrown away either way.
        }
    }
}
