package io.carillon.connection;

/// Why a command was refused. The names on the wire are an API; `src/docs/protocol.md` holds the
/// same table, checked by a test.
public enum ErrorCode {
    MALFORMED("malformed", false, "The command is not what the protocol says; mend the client."),
    UNKNOWN_COMMAND("unknown_command", false, "There is no such command."),
    NOT_CONNECTED("not_connected", false, "Send connect with a token first."),
    ALREADY_CONNECTED("already_connected", false, "Send connect only once; use refresh."),
    UNAUTHENTICATED("unauthenticated", false, "The token was refused; get a new one."),
    FORBIDDEN("forbidden", false, "This principal may not do this on this channel."),
    RESET("reset", false, "What was missed cannot be told; read again and subscribe anew."),
    NOT_SUBSCRIBED("not_subscribed", false, "There is no such subscription."),
    ALREADY_SUBSCRIBED("already_subscribed", false, "Unsubscribe first."),
    LIMIT("limit", false, "A limit was reached; close something first."),
    CROWDED("crowded", true, "The tenant or user has too many connections; try again later."),
    RATE("rate", true, "Too many commands or ephemeral events; slow down."),
    TOO_LARGE("too_large", false, "The payload is over the limit."),
    UNAVAILABLE("unavailable", true, "The node cannot do this now; try again.");

    private final String code;
    private final boolean retry;
    private final String meaning;

    ErrorCode(String code, boolean retry, String meaning) {
        this.code = code;
        this.retry = retry;
        this.meaning = meaning;
    }

    /// @return the word on the wire
    public String code() {
        return code;
    }

    /// @return whether the same command may succeed later
    public boolean retry() {
        return retry;
    }

    /// @return after how many milliseconds it makes sense to try again; 0 where it does not
    public long retryAfterMillis() {
        return switch (this) {
            case CROWDED -> 10_000;
            case RATE -> 1_000;
            case UNAVAILABLE -> 2_000;
            case MALFORMED,
                    UNKNOWN_COMMAND,
                    NOT_CONNECTED,
                    ALREADY_CONNECTED,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    RESET,
                    NOT_SUBSCRIBED,
                    ALREADY_SUBSCRIBED,
                    LIMIT,
                    TOO_LARGE ->
                    0;
        };
    }

    /// @return what it means and what to do, for people
    public String meaning() {
        return meaning;
    }
}
