package io.carillon.registry;

import io.carillon.identity.NodeId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// A node whose lease runs. Immutable.
///
/// @param id which
/// @param address host and port at which other nodes reach it, or null while it starts
/// @param startedAt when it registered, by the database's clock
/// @param draining whether it is on its way out
public record LiveNode(NodeId id, @Nullable String address, Instant startedAt, boolean draining) {}
