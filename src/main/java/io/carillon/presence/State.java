package io.carillon.presence;

import org.jspecify.annotations.Nullable;

/// What a user says of being there. Of several connections the highest counts: who is busy on one
/// device is busy; else who is online on one is online.
public enum State {
    AWAY("away"),
    ONLINE("online"),
    BUSY("busy");

    private final String word;

    State(String word) {
        this.word = word;
    }

    /// @return the word on the wire and in the table
    public String word() {
        return word;
    }

    /// @param word of a client
    /// @return the state, or null when there is none of that name
    public static @Nullable State of(String word) {
        for (var state : values()) {
            if (state.word.equals(word)) {
                return state;
            }
        }
        return null;
    }

    /// @param other of another connection of the same user
    /// @return which of the two counts
    public State or(State other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
