package io.carillon.transport.engineio;

/// Why a request was refused: Engine.IO's own numbers and words, which clients know.
/// `src/docs/socketio.md` holds the same table.
public enum EngineError {
    TRANSPORT(0, 400, "Transport unknown"),
    SESSION(1, 400, "Session ID unknown"),
    METHOD(2, 400, "Bad handshake method"),
    REQUEST(3, 400, "Bad request"),
    FORBIDDEN(4, 403, "Forbidden"),
    VERSION(5, 400, "Unsupported protocol version"),
    UNAVAILABLE(3, 503, "Unavailable"),
    TOO_LARGE(3, 413, "Payload too large");

    private final int number;
    private final int status;
    private final String message;

    EngineError(int number, int status, String message) {
        this.number = number;
        this.status = status;
        this.message = message;
    }

    /// @return the HTTP status
    public int status() {
        return status;
    }

    /// @return Engine.IO's number
    public int number() {
        return number;
    }

    /// @return Engine.IO's words
    public String message() {
        return message;
    }

    /// @return the answer's body
    public String body() {
        return "{\"code\":" + number + ",\"message\":\"" + message + "\"}";
    }
}
