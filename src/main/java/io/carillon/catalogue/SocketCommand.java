package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a Socket.IO client of a source system may send. Immutable.
///
/// @param name as the source system's document writes it
/// @param module who carries it out
/// @param document which document
/// @param summary what it does
/// @param args the JSON Schema of each argument
/// @param does what the wire makes of it, see [SocketCommands]; null when nothing
public record SocketCommand(
        String name,
        String module,
        String document,
        String summary,
        List<JsonNode> args,
        @Nullable JsonNode does) {
    public SocketCommand {
        args = List.copyOf(args);
    }
}
