package io.carillon.peer;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/// The nonces of questions that a repetition could still be mistaken for. Guarded by itself.
///
/// Bounded: when it is full nothing is taken until something has become old, so that nobody makes
/// room for a repetition by asking much.
final class Nonces {
    private record Kept(String nonce, long until) {}

    private final int most;
    private final Set<String> known = new HashSet<>();
    private final ArrayDeque<Kept> byAge = new ArrayDeque<>();

    /// @param most how many are kept
    Nonces(int most) {
        this.most = most;
    }

    /// What came of a nonce.
    enum Found {
        NEW,
        KNOWN,
        FULL
    }

    /// @param nonce of a question whose signature is right
    /// @param now milliseconds, by any clock that goes forward
    /// @param keep how long a repetition would be taken for fresh, in milliseconds; the same always
    synchronized Found take(String nonce, long now, long keep) {
        while (!byAge.isEmpty() && byAge.getFirst().until < now) {
            known.remove(byAge.removeFirst().nonce);
        }
        if (known.contains(nonce)) {
            return Found.KNOWN;
        }
        if (known.size() >= most) {
            return Found.FULL;
        }
        known.add(nonce);
        byAge.add(new Kept(nonce, now + keep));
        return Found.NEW;
    }
}
