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

    /// Of which of them the latest event of each key is owed, not each event.
    final Set<String> conflated = new HashSet<>();

    /// The id of the subscribe command that waits for this, or null for channels that were live
    /// before.
    final @Nullable Long reply;

    /// The part of it that begins earlier, a debt of its own in the same recovery, or null.
    private @Nullable Debt part;

    /// Of which debt this is the part, or null.
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
    /// @param from where that debt begins
    Debt split(Place from) {
        var earlier = new Debt(conflated, stood, from, null);
        earlier.conflated.addAll(conflated);
        earlier.judged = judged;
        earlier.checked = checked;
        earlier.owner = this;
        part = earlier;
        channels.removeAll(conflated);
        conflated.clear();
        return earlier;
    }

    /// @return its channels and those of its part
    Set<String> all() {
        var earlier = part;
        if (earlier == null) {
            return channels;
        }
        var all = new HashSet<>(channels);
        all.addAll(earlier.channels);
        return all;
    }
}
