package io.carillon.database;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

import java.sql.SQLException;

/// Postgres was asked and said no: a constraint, a missing right, a coded refusal of a `carillon`
/// function (SQL states `CA…`), or a deadlock that did not dissolve within the attempts of
/// [Database#write].
///
/// The transaction is rolled back.
public final class StatementFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;
    private final @Nullable String hint;

    /// @param cause what the driver said
    public StatementFailed(SQLException cause) {
        super(text(cause), cause);
        this.state = cause.getSQLState() == null ? "" : cause.getSQLState();
        var server = server(cause);
        this.hint = server == null ? null : server.getHint();
    }

    /// @return the five characters of the SQL state; empty when the driver gave none
    public String state() {
        return state;
    }

    /// @return what Postgres suggests to do, where it does
    public @Nullable String hint() {
        return hint;
    }

    private static String text(SQLException cause) {
        var server = server(cause);
        var message = server == null ? cause.getMessage() : server.getMessage();
        return message == null ? cause.toString() : message;
    }

    private static @Nullable ServerErrorMessage server(SQLException cause) {
        return cause instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    }
}
