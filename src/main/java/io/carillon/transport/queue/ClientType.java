package io.carillon.transport.queue;

import org.jspecify.annotations.Nullable;

/// What a client of `/ws/{tenant}/{clientType}` is: its last word.
public enum ClientType {
    /// Whoever works the queue; hears the rows, with customers' names.
    OPERATOR("operator"),
    /// Any user of the tenant.
    GENERAL("general"),
    /// A screen that takes tickets.
    TOTEM("totem"),
    /// A screen that shows calls.
    DISPLAY("display");

    private final String word;

    ClientType(String word) {
        this.word = word;
    }

    /// @return the word in the path
    public String word() {
        return word;
    }

    /// @return whether it is a screen, which needs no person's login
    public boolean screen() {
        return switch (this) {
            case TOTEM, DISPLAY -> true;
            case OPERATOR, GENERAL -> false;
        };
    }

    /// @param word of the path
    /// @return the type, or null when there is none of that name
    public static @Nullable ClientType of(String word) {
        for (var type : values()) {
            if (type.word.equals(word)) {
                return type;
            }
        }
        return null;
    }
}
