package io.carillon.database;

/// Postgres could not be asked: no free connection within the waiting time, connection refused, or
/// lost on the way.
///
/// The one exception for all of that, so that every caller can answer "try again" (HTTP 503) in one
/// place. Whatever Postgres itself objected to is a [StatementFailed].
public final class DatabaseUnavailable extends RuntimeException {
    /// The code for clients.
    public static final String CODE = "database_unavailable";

    private static final long serialVersionUID = 1L;

    /// What is known about the work that was under way.
    public enum Outcome {
        /// Nothing of it is committed; doing it again is safe.
        NOT_DONE,
        /// The connection was lost while COMMIT was under way: it may be committed or not.
        UNKNOWN
    }

    private final Outcome outcome;

    /// @param message one line that says what could not be had
    /// @param outcome whether the work may have been committed
    /// @param cause what the driver or the pool said
    public DatabaseUnavailable(String message, Outcome outcome, Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /// @return [#CODE]
    public String code() {
        return CODE;
    }

    public Outcome outcome() {
        return outcome;
    }
}
