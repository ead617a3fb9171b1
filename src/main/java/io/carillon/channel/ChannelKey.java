package io.carillon.channel;

/// The full address of a channel: channels of two tenants never meet, whatever their names.
///
/// @param tenant the tenant, as in its tokens
/// @param channel the channel's name within the tenant, e.g. `orders` or `notifications:ana`
public record ChannelKey(String tenant, String channel) {}
