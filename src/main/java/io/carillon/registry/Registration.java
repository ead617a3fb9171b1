package io.carillon.registry;

/// A row of `carillon.node` as it was inserted once. When the row is reaped, or lost with the
/// unlogged tables, and inserted again, it has another value.
///
/// @param node the node's id
/// @param value a uuid
public record Registration(String node, String value) {}
