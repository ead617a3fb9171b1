package io.carillon.peer;

import io.carillon.identity.NodeId;
import io.micronaut.context.annotation.Secondary;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// No other node is known.
@Singleton
@Secondary
final class Nobody implements Addresses {
    @Override
    public @Nullable String of(NodeId node) {
        return null;
    }
}
