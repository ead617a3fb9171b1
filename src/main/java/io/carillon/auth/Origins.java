package io.carillon.auth;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// Which pages may talk to us: asked at WebSocket upgrades, polls, event streams and REST. Never
/// blocks.
@Singleton
public final class Origins {
    /// @param origin the `Origin` header, or null when there was none (not a browser, or a
    ///     same-origin GET)
    /// @param host the `Host` header, or null
    /// @return whether the page is ours, or on the list
    public boolean allowed(@Nullable String origin, @Nullable String host) {
        return false;
    }
}
