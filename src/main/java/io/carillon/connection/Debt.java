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

    /// The part of it that is owed of conflated channels, a debt of its own in the same recovery.
    @Nullable Debt conflated;

    /// Of which debt this is the conflated part, or null.
    @Nullable Debt owner;

    /// Where the client stood; what lies before it is told again and makes no gap.
    final Place stood;

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
        this(channels, place, place, reply);
    }

    private Debt(Collection<String> channels, Place stood, Place place, @Nullable Long reply) {
        this.channels = new HashSet<>(channels);
        this.stood = stood;
        this.place = place;
        this.reply = reply;
        // What a live connection falls behind by grows while it is slow; only a gap from before is
        // judged.
        this.judged = reply == null;
        this.checked = reply != null;
    }

    /// Takes the conflated channels out into a debt of their own.
    ///
    /// @param some of these channels
    /// @param from where that debt begins
    Debt split(Set<String> some, Place from) {
        var part = new Debt(some, stood, from, null);
        part.judged = judged;
        part.checked = checked;
        part.owner = this;
        conflated = part;
        channels.removeAll(some);
        return part;
    }

    /// @return its channels and those of its conflated part
    Set<String> all() {
        var part = conflated;
        if (part == null) {
            return channels;
        }
        var all = new HashSet<>(channels);
        all.addAll(part.channels);
        return all;
    }
}
