package io.carillon.transport.engineio;

import io.carillon.identity.NodeId;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;

/// Session ids: the owner's node id, and 128 bits that nobody can guess. Whoever has one may read
/// and write the session, so it is a credential, and is not logged. Safe for all threads.
final class SessionIds {
    private static final int BYTES = 16;
    private static final int NODE_LENGTH = 22;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{44}");

    private final SecureRandom random = new SecureRandom();
    private final String node;

    /// @param node this node
    SessionIds(NodeId node) {
        var uuid = UUID.fromString(node.value());
        this.node =
                text(
                        ByteBuffer.allocate(BYTES)
                                .putLong(uuid.getMostSignificantBits())
                                .putLong(uuid.getLeastSignificantBits())
                                .array());
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// @return a new id
    String make() {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return node + text(bytes);
    }

    /// @param sid what a client says
    /// @return the node that made it, or null when this one did or it is none
    @Nullable NodeId elsewhere(String sid) {
        if (!FORM.matcher(sid).matches() || sid.startsWith(node)) {
            return null;
        }
        var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(sid.substring(0, NODE_LENGTH)));
        return new NodeId(new UUID(bytes.getLong(), bytes.getLong()).toString());
    }
}
