package io.carillon.auth;

import io.micronaut.context.exceptions.ConfigurationException;

import java.util.Locale;

/// What the node is run for: `carillon.mode`. Production unless it was said otherwise.
public enum Mode {
    /// On somebody's desk: demo users, a secret of the node's own.
    DEVELOPMENT,
    /// Everything else.
    PRODUCTION;

    /// The property, for conditions on beans.
    public static final String PROPERTY = "carillon.mode";

    /// @param text the setting's value
    /// @return the mode
    public static Mode of(String text) {
        for (var mode : values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw new ConfigurationException(
                "carillon.mode is '" + text + "': say production or development (CARILLON_MODE)");
    }
}
