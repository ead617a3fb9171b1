package io.carillon.presence;

import io.carillon.identity.Principal;

/// One connection's part in presence: where its user is present through it, and what it follows.
/// Confined to the connection's thread; nothing blocks.
public interface Visit {
    /// The connection has a new token of the same user.
    ///
    /// @param principal with perhaps another name
    void readmitted(Principal principal);

    /// The user is present in a channel from now on, if its rule shows presence.
    ///
    /// @param channel subscribed
    void join(String channel);

    /// The user is not present in a channel any longer, through this connection; nor is the
    /// channel's presence followed.
    ///
    /// @param channel no longer subscribed
    void leave(String channel);

    /// The follower is told who is present in a channel, and then what changes.
    ///
    /// @param channel whose rule shows presence, and which is subscribed
    void follow(String channel);

    /// @param state of the user, for this connection
    /// @return false when that comes too fast
    boolean state(State state);

    /// Updates can be taken again: whatever was missed is made up for.
    void resume();

    /// The connection is gone.
    void depart();

    /// Nobody's visit: for connections where nobody takes notice.
    Visit UNNOTICED =
            new Visit() {
                @Override
                public void readmitted(Principal principal) {}

                @Override
                public void join(String channel) {}

                @Override
                public void leave(String channel) {}

                @Override
                public void follow(String channel) {}

                @Override
                public boolean state(State state) {
                    return true;
                }

                @Override
                public void resume() {}

                @Override
                public void depart() {}
            };
}
