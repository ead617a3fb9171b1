package io.carillon.node;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.http.server.exceptions.ServerStartupException;

import org.jspecify.annotations.Nullable;

/// What an operator did wrong, in one line, found in the chain of a failed start.
final class Complaint {
    private Complaint() {}

    /// @param thrown what the start threw
    /// @return one line that says what to do, or null when it is a fault of the program
    static @Nullable String of(Throwable thrown) {
        for (var cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException
                    || cause instanceof ConversionErrorException) {
                return oneLine(String.valueOf(cause.getMessage()));
            }
            if (cause instanceof ServerStartupException) {
                // Which exception lies beneath depends on the transport.
                return oneLine(String.valueOf(cause.getMessage()))
                        + (cause.getCause() == null
                                ? ""
                                : " (" + cause.getCause().getMessage() + ")")
                        + ": set CARILLON_PORT to a free port";
            }
        }
        return null;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
