package io.carillon.presence;

/// Which channels' rules show presence: a seam to room `auth`.
public interface Exposure {
    /// Whether a channel shows presence, as far as is known.
    enum Shown {
        YES,
        NO,
        /// The rules have not been read yet.
        UNKNOWN
    }

    /// @param channel a channel's name
    /// @return what the rules said when they were read last; never blocks
    Shown shown(String channel);

    /// Reads the rules again if they are old. May block.
    void refresh();
}
