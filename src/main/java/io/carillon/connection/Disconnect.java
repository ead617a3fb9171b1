package io.carillon.connection;

/// Why the server closes a connection, as WebSocket close codes. An API; `src/docs/protocol.md`
/// holds the same table, checked by a test.
///
/// 4000 to 4099: connect again, with backoff. 4100 to 4199: do not connect again before something
/// is mended.
public enum Disconnect {
    DRAIN(4000, "drain", "The node is going away, or the connection is old; connect again."),
    SLOW(4001, "slow", "Nothing was read for too long; connect again with the cursor."),
    IDLE(4002, "idle", "Nothing was heard for too long; connect again."),
    EXPIRED(4003, "expired", "The token ended; connect again with a new one."),
    CONNECT_TIMEOUT(4004, "connect_timeout", "No connect command came in time."),
    UNAVAILABLE(4005, "unavailable", "The node cannot serve now; connect again."),
    FLOOD(4006, "flood", "Commands came faster than allowed for too long; connect again, slower."),
    DISCONNECTED(4007, "disconnected", "An administrator closed the connection; connect again."),
    CROWDED(4008, "crowded", "The tenant or user has too many connections; connect again later."),
    MALFORMED(4100, "malformed", "What was sent is not the protocol; mend the client."),
    TOO_LARGE(4101, "too_large", "A message was over the limit; mend the client."),
    BINARY(4102, "binary", "This protocol is text; mend the client."),
    UNAUTHENTICATED(4103, "unauthenticated", "The token was refused; sign in again."),
    REVOKED(4104, "revoked", "The token was revoked; sign in again.");

    private final int number;
    private final String reason;
    private final String meaning;

    Disconnect(int number, String reason, String meaning) {
        this.number = number;
        this.reason = reason;
        this.meaning = meaning;
    }

    /// @return the WebSocket close code
    public int number() {
        return number;
    }

    /// @return the word on the wire, at most 123 bytes
    public String reason() {
        return reason;
    }

    /// @return what it means and what to do, for people
    public String meaning() {
        return meaning;
    }

    /// @return whether a client shall connect again by itself
    public boolean reconnect() {
        return number < 4100;
    }
}
