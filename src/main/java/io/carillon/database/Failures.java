package io.carillon.database;

import java.sql.SQLException;
import java.util.Set;

/// What an SQL state means for the caller: could not ask ([DatabaseUnavailable]) or was refused
/// ([StatementFailed]).
final class Failures {
    /// Shutdown, crash, starting up, too many connections, terminated while idle in a transaction.
    private static final Set<String> AWAY =
            Set.of("57P01", "57P02", "57P03", "57P05", "53300", "25P03");

    private Failures() {}

    static RuntimeException translate(SQLException failed, DatabaseUnavailable.Outcome outcome) {
        if (away(failed)) {
            return new DatabaseUnavailable(
                    "Postgres cannot be reached: " + failed.getMessage(), outcome, failed);
        }
        return new StatementFailed(failed);
    }

    /// @return whether the connection is gone or could not be made
    static boolean away(SQLException failed) {
        var state = failed.getSQLState();
        return state != null && (state.startsWith("08") || AWAY.contains(state));
    }
}
