package io.carillon.registry;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The keys of a ledger that are to be written, each once however often it changed.
///
/// Bounded: beyond its capacity the keys are forgotten and everything is to be written anew. Safe
/// for all threads; never blocks for longer than a moment.
///
/// @param <K> what the ledger calls its rows
public final class Changes<K> {
    private final int capacity;
    private Set<K> keys = new LinkedHashSet<>();
    private boolean everything = true;

    /// @param capacity keys that may wait
    public Changes(int capacity) {
        this.capacity = capacity;
    }

    /// @param key of what changed
    public synchronized void add(K key) {
        if (!everything && keys.add(key) && keys.size() > capacity) {
            forget();
        }
    }

    /// Everything is to be written anew.
    public synchronized void forget() {
        keys = new LinkedHashSet<>();
        everything = true;
    }

    /// @return whether everything is to be written anew; asked once
    public synchronized boolean startAgain() {
        var again = everything;
        everything = false;
        return again;
    }

    /// Writes a batch.
    public interface Page<K> {
        /// @param keys at most a batch
        /// @return false when nothing could be written and no more need be tried
        boolean write(List<K> keys) throws SQLException;
    }

    /// Takes what is there and writes it in batches. What a failed page held is to be written
    /// still.
    ///
    /// @param everything what is there, after [#startAgain] has said so; else nothing
    /// @param batch keys in a page
    /// @param page writes one
    /// @return false when a page was refused
    public boolean drain(Set<K> everything, int batch, Page<K> page) throws SQLException {
        var waiting = take(everything);
        for (var from = 0; from < waiting.size(); from += batch) {
            var keys = waiting.subList(from, Math.min(waiting.size(), from + batch));
            var written = false;
            try {
                written = page.write(keys);
            } finally {
                if (!written) {
                    waiting.subList(from, waiting.size()).forEach(this::add);
                }
            }
            if (!written) {
                return false;
            }
        }
        return true;
    }

    private synchronized List<K> take(Set<K> more) {
        var taken = keys;
        keys = new LinkedHashSet<>();
        taken.addAll(more);
        return new ArrayList<>(taken);
    }
}
