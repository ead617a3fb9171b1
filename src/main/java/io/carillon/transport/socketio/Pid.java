package io.carillon.transport.socketio;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What a client comes back with besides its offset: who it was, where, and where it began. Signed,
/// so that any node believes it; good for nobody else, since the token is asked for again.
/// Immutable.
///
/// @param session the session's number: the row in `carillon.socketio_session`, if there is one
/// @param id the client's public id (`socket.id`), which it keeps
/// @param tenant of the principal
/// @param user of the principal
/// @param namespace where it was
/// @param begun a fingerprint of the channels that it began with
/// @param start the cursor of its beginning, for clients that have received nothing yet
public record Pid(
        UUID session,
        String id,
        String tenant,
        String user,
        String namespace,
        int begun,
        String start) {

    private static final String SEPARATOR = "\n";
    private static final int PARTS = 7;
    private static final int MAX_LENGTH = 32 * 1024;

    /// @param who has just been let in
    /// @param where the namespace
    /// @return whether this session was that principal's, there
    boolean belongs(Principal who, String where) {
        return tenant.equals(who.tenant()) && user.equals(who.user()) && namespace.equals(where);
    }

    /// @param channels in any order
    /// @return a fingerprint that tells other channels
    static int fingerprint(List<String> channels) {
        return channels.stream().sorted().toList().hashCode();
    }

    /// @param key of the nodes
    /// @return the text that the client keeps
    String sign(byte[] key) {
        var text =
                String.join(
                        SEPARATOR,
                        session.toString(),
                        id,
                        tenant,
                        user,
                        namespace,
                        Integer.toString(begun),
                        start);
        var payload = encode(text.getBytes(StandardCharsets.UTF_8));
        return payload + "." + encode(mac(key, payload));
    }

    /// @param key of the nodes
    /// @param text what a client presents
    /// @return what was signed, or null when we did not
    static @Nullable Pid verify(byte[] key, String text) {
        var dot = text.indexOf('.');
        if (dot < 0 || text.length() > MAX_LENGTH) {
            return null;
        }
        try {
            var payload = text.substring(0, dot);
            var signature = Base64.getUrlDecoder().decode(text.substring(dot + 1));
            if (!MessageDigest.isEqual(signature, mac(key, payload))) {
                return null;
            }
            var bytes = Base64.getUrlDecoder().decode(payload);
            var parts = new String(bytes, StandardCharsets.UTF_8).split(SEPARATOR, -1);
            return parts.length != PARTS
                    ? null
                    : new Pid(
                            UUID.fromString(parts[0]),
                            parts[1],
                            parts[2],
                            parts[3],
                            parts[4],
                            Integer.parseInt(parts[5]),
                            parts[6]);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] mac(byte[] key, String payload) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(payload.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
