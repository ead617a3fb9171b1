package io.carillon.peer;

import io.carillon.auth.Secrets;
import io.carillon.database.Database;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the nodes of one cluster prove themselves to each other with: the configured secret, or the
/// key in the database. Immutable; safe for all threads.
@Context
final class PeerKey {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    PeerKey(PeerSettings settings, Database database) {
        var secret = settings.secret();
        if (secret == null) {
            key = new SecretKeySpec(database.read(PeerKey::kept), ALGORITHM);
            return;
        }
        var weakness = Secrets.weakness(secret);
        if (weakness != null) {
            throw new ConfigurationException(
                    "carillon.peer.secret "
                            + weakness
                            + ": make a random one, e.g. with openssl rand -base64 48, the same for"
                            + " all nodes, or leave it out (CARILLON_PEER_SECRET)");
        }
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    private static byte[] kept(java.sql.Connection connection) throws java.sql.SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select key from carillon.peer_key")) {
            if (!rows.next()) {
                throw new ConfigurationException(
                        "carillon.peer_key is empty: set CARILLON_PEER_SECRET on all nodes");
            }
            return rows.getBytes(1);
        }
    }

    /// @param parts what is signed; none contains a line feed
    /// @return the signature, in hexadecimal
    String sign(String... parts) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of()
                    .formatHex(
                            mac.doFinal(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @param signature what somebody brought
    /// @param parts what should be signed
    /// @return whether it is right, found out in the same time always
    boolean proves(String signature, String... parts) {
        return MessageDigest.isEqual(
                sign(parts).getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.US_ASCII));
    }

    /// @param bytes a body
    /// @return its SHA-256, in hexadecimal
    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "PeerKey";
    }
}
