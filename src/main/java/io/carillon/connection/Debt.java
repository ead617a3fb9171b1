package io.carillon.connection;

import io.carillon.channel.Place;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// What a connection is owed: everything of some channels since a place. Confined to the lane's
/// thread.
final class Debt {
    final Set<String> channels;

    /// The id of the subscribe command that waits for this, or null for channels that were live
    /// before.
    final @Nullable Long reply;

    /// Moves on as events are told.
    Place place;

    /// Whether the size of the gap has been judged.
    boolean judged;

    /// Whether the rules have been asked: for a command they were, whoever falls behind so far that
    /// the log is read is asked about again.
    boolean checked;

    /// Whether its command was refused because nothing is left to follow.
    boolean refused;

    /// When the wait for a place that the node has not reached began, in [System#nanoTime], or 0.
    long aheadSince;

    Debt(Collection<String> channels, Place place, @Nullable Long reply) {
        this.channels = new HashSet<>(channels);
        this.place = place;
        this.reply = reply;
        // What a live connection falls behind by grows while it is slow; only a gap from before is
        // judged.
        this.judged = reply == null;
        this.checked = reply != null;
    }
}
