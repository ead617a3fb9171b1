package io.carillon.peer;

import org.jspecify.annotations.Nullable;

/// The header `Carillon-Peer`, as it goes over the network. A question's: `1 <time> <nonce>
/// <patience> <hash> <signature>`, an answer's: `1 <code> <hash> <signature>`; all without spaces.
/// Immutable.
sealed interface Seal {
    /// The header's name.
    String HEADER = "Carillon-Peer";

    /// What an answer's code is when there is an answer.
    String ANSWERED = "answer";

    /// @param time milliseconds since 1970, by the asker's clock
    /// @param nonce 16 random bytes
    /// @param patience milliseconds
    /// @param hash SHA-256 of the body
    /// @param signature over all of it, and method and path
    record Asked(String time, String nonce, String patience, String hash, String signature)
            implements Seal {
        static Asked of(
                PeerKey key, String path, long time, String nonce, long patience, byte[] body) {
            var hash = PeerKey.hash(body);
            var at = Long.toString(time);
            var millis = Long.toString(patience);
            return new Asked(
                    at, nonce, millis, hash, key.sign("POST", path, at, nonce, millis, hash));
        }

        /// @param header what came
        /// @return null when it is none
        static @Nullable Asked read(@Nullable String header) {
            var parts = header == null ? new String[0] : header.split(" ", -1);
            return parts.length == 6
                            && parts[0].equals("1")
                            && parts[1].matches("[0-9]{1,15}")
                            && parts[2].matches("[0-9a-f]{32}")
                            && parts[3].matches("[0-9]{1,5}")
                    ? new Asked(parts[1], parts[2], parts[3], parts[4], parts[5])
                    : null;
        }

        boolean genuine(PeerKey key, String method, String path) {
            return key.proves(signature, method, path, time, nonce, patience, hash);
        }

        String header() {
            return String.join(" ", "1", time, nonce, patience, hash, signature);
        }
    }

    /// @param code [#ANSWERED], or why not
    /// @param hash SHA-256 of the body
    /// @param signature over all of it and the question's nonce
    record Told(String code, String hash, String signature) implements Seal {
        static Told of(PeerKey key, String nonce, String code, byte[] body) {
            var hash = PeerKey.hash(body);
            return new Told(code, hash, key.sign("told", nonce, code, hash));
        }

        /// @param header what came
        /// @return null when it is none
        static @Nullable Told read(@Nullable String header) {
            var parts = header == null ? new String[0] : header.split(" ", -1);
            return parts.length == 4 && parts[0].equals("1")
                    ? new Told(parts[1], parts[2], parts[3])
                    : null;
        }

        boolean genuine(PeerKey key, String nonce, byte[] body) {
            return hash.equals(PeerKey.hash(body))
                    && key.proves(signature, "told", nonce, code, hash);
        }

        String header() {
            return String.join(" ", "1", code, hash, signature);
        }
    }
}
