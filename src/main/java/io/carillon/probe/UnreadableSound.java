package io.carillon.probe;

/// The input is not what the probe can read; the message says what to do.
final class UnreadableSound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableSound(String message) {
        super(message, null, false, false);
    }
}
