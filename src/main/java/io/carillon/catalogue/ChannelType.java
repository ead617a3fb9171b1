package io.carillon.catalogue;

/// A channel, or a family of channels, of the catalogue. Immutable.
///
/// @param name what the catalogue calls it
/// @param pattern as in `carillon.rule()`: a name, `name:{user}`, `name:{role}` or `name:{key}`
/// @param module whose it is
/// @param who may see it, in words
/// @param description what is told there
/// @param join whether a Socket.IO client is put into it when it connects, because the source
///     systems' servers did so: the tenant's channel, the user's own, one per role
public record ChannelType(
        String name, String pattern, String module, String who, String description, boolean join) {

    /// @param channel a channel's name
    /// @return whether it is this one or of this family
    public boolean matches(String channel) {
        var brace = pattern.indexOf('{');
        return brace < 0
                ? channel.equals(pattern)
                : channel.length() > brace && channel.startsWith(pattern.substring(0, brace));
    }
}
