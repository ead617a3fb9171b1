package io.carillon.configuration;

import io.micronaut.context.exceptions.ConfigurationException;

import java.time.Duration;
import java.util.Locale;

/// Refuses settings that are out of range, so that a mistake ends the start with one line and not
/// the night with a riddle. Stateless.
public final class Setting {
    private Setting() {}

    /// @param name as in configuration files, for example `carillon.tail.page`
    /// @param value what was configured
    /// @param least the smallest good value
    /// @param most the largest good value
    public static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw refusal(name, Long.toString(value), Long.toString(least), Long.toString(most));
        }
    }

    /// @param name as in configuration files, for example `carillon.tail.sleep`
    /// @param value what was configured
    /// @param least the smallest good value
    /// @param most the largest good value
    public static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw refusal(name, text(value), text(least), text(most));
        }
    }

    /// @param name as in configuration files
    /// @return the environment variable that sets it
    public static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static ConfigurationException refusal(
            String name, String value, String least, String most) {
        return new ConfigurationException(
                "%s is %s: give %s to %s (%s)".formatted(name, value, least, most, variable(name)));
    }

    private static String text(Duration duration) {
        var millis = duration.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
