package io.carillon.channel;

/// Why a client must read again instead of going on. The names on the wire are an API: see
/// `src/docs/protocol.md`.
public enum ResetReason {
    /// The cursor belongs to another log: the database was restored, copied, failed over, or is
    /// another one.
    EPOCH("epoch"),
    /// The text is no cursor.
    MALFORMED("malformed"),
    /// Events that the cursor has not seen are past their retention.
    EXPIRED("expired"),
    /// More events were missed than a recovery delivers.
    BEHIND("behind"),
    /// One transaction wrote more events of the channel than are told one by one.
    BULK("bulk"),
    /// The table was truncated.
    TRUNCATED("truncated"),
    /// The cursor claims to have seen what this database has not.
    AHEAD("ahead"),
    /// The order of nested writes could not be told.
    NESTED("nested"),
    /// A fault of the node, or memory that ran out, kept an event from being told.
    FAULT("fault");

    private final String code;

    ResetReason(String code) {
        this.code = code;
    }

    /// @return the word on the wire
    public String code() {
        return code;
    }

    /// @param code a word on the wire
    /// @return the reason; [#NESTED] for a word that is none, since any reset is an order to read
    ///     again
    public static ResetReason of(String code) {
        for (var reason : values()) {
            if (reason.code.equals(code)) {
                return reason;
            }
        }
        return NESTED;
    }
}
