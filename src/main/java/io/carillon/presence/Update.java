package io.carillon.presence;

import java.util.List;

/// What a follower of a channel's presence is told. `src/docs/protocol.md`, "Presence". Immutable.
public sealed interface Update {
    /// @return the channel
    String channel();

    /// @return how many users are present
    int count();

    /// @return tells one state of affairs from another, on any node; what a poll comes back with
    String tag();

    /// All members: what was told before counts no more.
    ///
    /// @param members in the order of their ids
    record Everybody(String channel, List<Member> members, String tag) implements Update {
        @Override
        public int count() {
            return members.size();
        }
    }

    /// What changed since the last update of the channel.
    ///
    /// @param changes at least one
    record Changed(String channel, int count, List<Change> changes, String tag) implements Update {}

    /// There are too many to name: names that were told before count no more.
    record Count(String channel, int count, String tag) implements Update {}
}
