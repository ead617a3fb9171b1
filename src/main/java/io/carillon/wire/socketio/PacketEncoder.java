package io.carillon.wire.socketio;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Writes the server's packets, each into a frame of its own. Immutable, safe for all threads; one
/// per transport.
public final class PacketEncoder {
    private static final int ESTIMATE = 256;

    private final Framing framing;

    /// @param framing the transport's
    public PacketEncoder(Framing framing) {
        this.framing = framing;
    }

    /// @param text any
    /// @return it as a JSON string, quotes included
    public static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /// The client is let in.
    ///
    /// @param namespace which
    /// @param id the client's id there
    /// @param pid what it comes back with, or null when it cannot
    /// @return a new frame, owned by the caller
    public ByteBuf connected(String namespace, String id, @Nullable String pid) {
        var recoverable = pid == null ? "" : ",\"pid\":" + quote(pid);
        return frame("0" + prefix(namespace) + "{\"sid\":" + quote(id) + recoverable + "}");
    }

    /// The client is not let in.
    ///
    /// @param namespace which
    /// @param message for people
    /// @param data a JSON object for programs, or null
    /// @return a new frame, owned by the caller
    public ByteBuf refused(String namespace, String message, @Nullable String data) {
        var more = data == null ? "" : ",\"data\":" + data;
        return frame("4" + prefix(namespace) + "{\"message\":" + quote(message) + more + "}");
    }

    /// The client's time in the namespace is over, and it shall not come back by itself.
    ///
    /// @param namespace which
    /// @return a new frame, owned by the caller
    public ByteBuf disconnect(String namespace) {
        // The comma, where there is a namespace, is what the stock server writes too.
        return frame("1" + prefix(namespace));
    }

    /// @param namespace which
    /// @param ack the number that the answer shall carry, or null when none is expected
    /// @param name of the event
    /// @param arguments JSON each; attachments are placeholders in it
    /// @param attachments how many binary frames will follow
    /// @return a new frame, owned by the caller
    public ByteBuf event(
            String namespace,
            @Nullable Long ack,
            String name,
            List<String> arguments,
            int attachments) {
        var text = new StringBuilder(ESTIMATE);
        text.append(attachments == 0 ? "2" : "5" + attachments + "-").append(prefix(namespace));
        if (ack != null) {
            text.append(ack.longValue());
        }
        text.append('[').append(quote(name));
        for (var argument : arguments) {
            text.append(',').append(argument);
        }
        return frame(text.append(']'));
    }

    /// @param namespace which
    /// @param ack the number of the client's event
    /// @param arguments JSON each; attachments are placeholders in it
    /// @param attachments how many binary frames will follow
    /// @return a new frame, owned by the caller
    public ByteBuf ack(String namespace, long ack, List<String> arguments, int attachments) {
        var type = attachments == 0 ? "3" : "6" + attachments + "-";
        return frame(type + prefix(namespace) + ack + "[" + String.join(",", arguments) + "]");
    }

    /// @param name of an event of ours
    /// @return a name that means nothing else to clients
    static String eventName(String name) {
        return PacketDecoder.RESERVED.contains(name) ? "event:" + name : name;
    }

    /// @param namespace which
    /// @return how it stands in a packet: the default one is left out
    static String prefix(String namespace) {
        return namespace.equals("/") ? "" : namespace + ",";
    }

    private ByteBuf frame(CharSequence packet) {
        var out = ByteBufAllocator.DEFAULT.directBuffer(packet.length() + 16);
        framing.begin(out, "packet", null);
        ByteBufUtil.writeUtf8(out, packet);
        framing.end(out);
        return out;
    }
}
