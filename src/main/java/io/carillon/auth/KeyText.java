package io.carillon.auth;

/// A key as text, from wherever it is kept; [Keys#adopt] makes it one that verifies. Immutable.
public sealed interface KeyText {
    /// For HS256.
    ///
    /// @param value random, 32 bytes or more in UTF-8
    record Secret(String value) implements KeyText {
        /// Without the secret: a record is easily logged.
        @Override
        public String toString() {
            return "Secret[…]";
        }
    }

    /// For RS256 or ES256.
    ///
    /// @param pem PEM text of a public key or certificate
    record PublicPem(String pem) implements KeyText {}
}
