package io.carillon.wire.socketio;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A packet of Socket.IO 5 as a client sent it, whole: attachments included. Immutable.
public sealed interface Packet {
    /// @return which namespace it is for; begins with a slash
    String namespace();

    /// Asks to enter a namespace.
    ///
    /// @param auth what the client brought, a JSON object, or null
    record Connect(String namespace, @Nullable String auth) implements Packet {
        /// Without what was brought: there is a token in it.
        @Override
        public String toString() {
            return "Connect[" + namespace + "]";
        }
    }

    /// Leaves a namespace.
    record Disconnect(String namespace) implements Packet {}

    /// Something that the client emitted.
    ///
    /// @param ack the number that an answer must carry, or null when none is expected
    /// @param name of the event
    /// @param arguments what follows the name, JSON each; attachments are placeholders in it
    /// @param attachments the binary values, in the order of their numbers
    record Event(
            String namespace,
            @Nullable Long ack,
            String name,
            List<String> arguments,
            List<byte[]> attachments)
            implements Packet {}

    /// Answers an event of ours.
    ///
    /// @param ack the event's number
    /// @param arguments JSON each
    /// @param attachments the binary values, in the order of their numbers
    record Ack(String namespace, long ack, List<String> arguments, List<byte[]> attachments)
            implements Packet {}
}
