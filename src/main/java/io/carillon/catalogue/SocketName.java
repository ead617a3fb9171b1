package io.carillon.catalogue;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;

/// Under which name, and with which arguments, Socket.IO clients are told an event. Immutable.
///
/// An argument is JSON in which a text that begins with `$` stands for a part of the event: see
/// [SocketEvents].
///
/// @param name as the source system's document writes it
/// @param document which document: `000`, `001`, `002` or `004`
/// @param args one per argument, in their order
public record SocketName(String name, String document, List<JsonNode> args) {
    public SocketName {
        args = List.copyOf(args);
    }
}
