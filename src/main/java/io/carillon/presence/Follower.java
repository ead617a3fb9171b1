package io.carillon.presence;

/// Whoever is told of presence. Called on the executor that came with the [Guest]; must not block.
public interface Follower {
    /// @return whether an update can be taken now; what cannot is made up for by a whole list after
    ///     [Visit#resume]
    boolean takesPresence();

    /// @param update of a channel that is followed
    void presence(Update update);
}
