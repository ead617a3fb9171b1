package io.carillon.wire.socketio;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// The ways of naming that need no catalogue. Immutable.
@Singleton
final class PlainNames implements Namings {
    @Override
    public @Nullable EventNames find(@Nullable String naming, String namespace) {
        return switch (naming) {
            case null -> EventNames.PLAIN;
            case PLAIN -> EventNames.PLAIN;
            case DATA -> EventNames.DATA;
            default -> null;
        };
    }
}
