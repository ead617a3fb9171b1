package io.carillon.hub;

import io.carillon.channel.Event;

import java.util.Set;

/// Channels of which the latest event per `data` counts.
public final class Latest implements Conflation {
    private final long windowMillis;
    private final Set<String> channels;

    public Latest(long windowMillis, String... channels) {
        this.windowMillis = windowMillis;
        this.channels = Set.of(channels);
    }

    @Override
    public long windowMillis(String channel) {
        return channels.contains(channel) ? windowMillis : 0;
    }

    @Override
    public String key(Event event) {
        return String.valueOf(event.data());
    }
}
