package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One type of events. Immutable; the JSON in it is not to be changed.
///
/// @param type e.g. `approval.created`; `ai.*` stands for every type that begins with `ai.`
/// @param module whose it is
/// @param version of the payload; a change that breaks readers raises it
/// @param channels where it goes; one event goes to one of them
/// @param summary what happened, in a sentence
/// @param ephemeral whether it is outside of the log: no history, may be dropped
/// @param table the watched table whose rows it tells of, with its schema; null for other events
/// @param payload JSON Schema of `data`
/// @param example a payload that fits
/// @param socket what Socket.IO clients are told
public record EventType(
        String type,
        String module,
        int version,
        List<ChannelType> channels,
        String summary,
        boolean ephemeral,
        @Nullable String table,
        JsonNode payload,
        JsonNode example,
        List<SocketName> socket) {
    public EventType {
        channels = List.copyOf(channels);
        socket = List.copyOf(socket);
    }

    /// @return whether it stands for many types
    public boolean family() {
        return type.endsWith(".*");
    }

    /// @param channel a channel's name
    /// @return whether it goes there
    public boolean goesTo(String channel) {
        return channels.stream().anyMatch(one -> one.matches(channel));
    }

    /// @param other an event's type
    /// @return whether it is this one or of this family
    public boolean matches(String other) {
        return family()
                ? other.startsWith(type.substring(0, type.length() - 1))
                : other.equals(type);
    }
}
