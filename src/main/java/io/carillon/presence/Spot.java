package io.carillon.presence;

/// A user in a channel.
///
/// @param tenant whose channel
/// @param channel its name
/// @param user who
record Spot(String tenant, String channel, String user) {}
