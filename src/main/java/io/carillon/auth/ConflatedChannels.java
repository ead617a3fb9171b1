package io.carillon.auth;

import org.jspecify.annotations.Nullable;

/// Which channels are conflated, by the rules of one moment. Immutable, never blocks.
public final class ConflatedChannels {
    private final RuleBook book;
    private final boolean none;

    ConflatedChannels(RuleBook book) {
        this.book = book;
        this.none = book.rules().noneMatch(rule -> rule.conflateMillis() != null);
    }

    /// How a channel is conflated.
    ///
    /// @param millis the window
    /// @param key where the key is in an event's data; null for the row's key, or the type
    public record Switch(int millis, @Nullable String key) {}

    /// @param channel a channel of any tenant
    /// @return how it is conflated, or null when each event is sent
    public @Nullable Switch of(String channel) {
        if (none) {
            return null;
        }
        for (var rule : book.match(channel).rules()) {
            var millis = rule.conflateMillis();
            if (millis != null) {
                return new Switch(millis, rule.conflateKey());
            }
        }
        return null;
    }
}
