package io.carillon.transport.socketio;

import io.carillon.connection.CommandRate;
import io.carillon.connection.Disconnect;
import io.carillon.transport.engineio.Application;
import io.carillon.transport.engineio.EngineFraming;
import io.carillon.transport.engineio.Session;
import io.carillon.wire.socketio.Packet;
import io.carillon.wire.socketio.PacketDecoder;
import io.carillon.wire.socketio.PacketEncoder;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One Socket.IO client: its packets to and from the namespaces that it is in.
///
/// Confined to the session's loop. A packet that breaks the protocol ends the session, as the
/// protocol wants; so does being let into no namespace for the connect timeout, and asking too
/// fast.
public final class Client implements Application.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /// Events and acks for namespaces that the client is not in; some may be under way when it is
    /// sent out of one.
    private static final int MAX_STRAYS = 100;

    private final SocketIo server;
    private final Session session;
    private final PacketDecoder decoder = new PacketDecoder();
    private final List<Attachment> attachments = new ArrayList<>(1);
    private @Nullable Questions questions;
    private final CommandRate rate;
    private long aloneSince = System.nanoTime();
    private boolean admitted;
    private int judging;
    private int strays;

    Client(SocketIo server, Session session) {
        this.server = server;
        this.session = session;
        this.rate = new CommandRate(server.limits.connectBurst(), aloneSince);
    }

    /// @return the way to the client
    public Session session() {
        return session;
    }

    @Override
    public void text(String message) {
        take(decoder.text(message));
    }

    @Override
    public void binary(byte[] message) {
        take(decoder.binary(message));
    }

    private void take(PacketDecoder.Decoded decoded) {
        switch (decoded) {
            case PacketDecoder.Decoded.Whole(var packet) -> carryOut(packet);
            case PacketDecoder.Decoded.More() -> {}
            case PacketDecoder.Decoded.Bad(var fault) -> {
                LOG.debug("a Socket.IO client is closed: {}", fault.code());
                session.end(Disconnect.MALFORMED);
            }
        }
    }

    private void carryOut(Packet packet) {
        var attachment = find(packet.namespace());
        switch (packet) {
            case Packet.Connect connect when attachment == null -> enter(connect);
            // Twice is not in the protocol; the stock server ignores it too.
            case Packet.Connect ignored -> {}
            case Packet.Disconnect ignored -> {
                if (attachment != null) {
                    detach(attachment);
                    attachment.left();
                }
            }
            case Packet.Event event when attachment != null -> attachment.event(event);
            case Packet.Ack ack when attachment != null -> {
                if (questions != null) {
                    questions.answered(ack);
                }
            }
            case Packet.Event ignored -> stray();
            case Packet.Ack ignored -> stray();
        }
    }

    private void stray() {
        if (++strays > MAX_STRAYS) {
            session.end(Disconnect.MALFORMED);
        }
    }

    private void enter(Packet.Connect connect) {
        var limits = server.limits;
        if (!rate.take(limits.connectRate(), limits.connectBurst(), System.nanoTime())) {
            session.end(Disconnect.FLOOD);
            return;
        }
        if (Math.max(attachments.size(), judging) >= limits.maxNamespaces()) {
            session.write(
                    server.encoder.refused(
                            connect.namespace(),
                            "too many namespaces",
                            "{\"code\":\"limit\",\"retry\":false}"));
            session.flush();
            return;
        }
        var attachment = server.namespaces.enter(this, connect.namespace(), connect.auth());
        if (attachment == null) {
            session.write(server.encoder.refused(connect.namespace(), "Invalid namespace", null));
            session.flush();
        } else if (!session.over()) {
            attachments.add(attachment);
        }
    }

    private @Nullable Attachment find(String namespace) {
        for (var index = 0; index < attachments.size(); index++) {
            if (attachments.get(index).namespace().equals(namespace)) {
                return attachments.get(index);
            }
        }
        return null;
    }

    private void detach(Attachment attachment) {
        attachments.remove(attachment);
        if (questions != null) {
            questions.forget(attachment.namespace());
        }
        if (attachments.isEmpty() && admitted) {
            admitted = false;
            aloneSince = System.nanoTime();
        }
    }

    // For attachments.

    /// Whether the client may enter is asked elsewhere. Counts as a namespace until [#judged],
    /// whether it waits for the answer or not.
    public void judging() {
        judging++;
    }

    /// That is known.
    public void judged() {
        judging--;
    }

    /// Lets the client into a namespace. Sent with the next flush.
    ///
    /// @param namespace which
    /// @param id the client's id there
    /// @param pid what it comes back with, or null
    public void admit(String namespace, String id, @Nullable String pid) {
        admitted = true;
        session.write(server.encoder.connected(namespace, id, pid));
    }

    /// Does not let the client into a namespace.
    ///
    /// @param attachment is forgotten, without [Attachment#left]
    /// @param message for people
    /// @param data a JSON object for programs, or null
    public void refuse(Attachment attachment, String message, @Nullable String data) {
        detach(attachment);
        session.write(server.encoder.refused(attachment.namespace(), message, data));
        session.flush();
    }

    /// Sends the client out of a namespace; it does not come back by itself.
    ///
    /// @param attachment is forgotten, without [Attachment#left]
    public void dismiss(Attachment attachment) {
        detach(attachment);
        session.write(server.encoder.disconnect(attachment.namespace()));
        session.flush();
    }

    /// Emits an event. Sent with the next flush.
    ///
    /// @param namespace where
    /// @param name of the event
    /// @param arguments JSON each; attachments are placeholders in it
    /// @param binary the attachments
    public void emit(String namespace, String name, List<String> arguments, List<byte[]> binary) {
        session.write(server.encoder.event(namespace, null, name, arguments, binary.size()));
        attach(binary);
    }

    /// Answers an event of the client. Sent with the next flush.
    ///
    /// @param namespace where
    /// @param ack the event's number
    /// @param arguments JSON each; attachments are placeholders in it
    /// @param binary the attachments
    public void answer(String namespace, long ack, List<String> arguments, List<byte[]> binary) {
        session.write(server.encoder.ack(namespace, ack, arguments, binary.size()));
        attach(binary);
    }

    /// Emits an event that the client shall answer. Sent with the next flush.
    ///
    /// @param namespace where
    /// @param name of the event
    /// @param arguments JSON each
    /// @param patience how long the answer may take; looked at about once a second
    /// @param reply called once: with the answer, or without one
    public void ask(
            String namespace,
            String name,
            List<String> arguments,
            Duration patience,
            Questions.Reply reply) {
        var open = questions == null ? new Questions() : questions;
        questions = open;
        var number = open.add(namespace, System.nanoTime() + patience.toNanos(), reply);
        session.write(server.encoder.event(namespace, number, name, arguments, 0));
    }

    private void attach(List<byte[]> binary) {
        for (var one : binary) {
            session.write(EngineFraming.binary(one));
        }
    }

    /// @return writes packets of this server
    PacketEncoder encoder() {
        return server.encoder;
    }

    // Of the session.

    @Override
    public void heard() {
        for (var index = 0; index < attachments.size(); index++) {
            attachments.get(index).heard();
        }
    }

    @Override
    public void writable() {
        List.copyOf(attachments).forEach(Attachment::drained);
    }

    @Override
    public void tick(long nanos) {
        if (questions != null) {
            questions.expire(nanos);
        }
        if (attachments.isEmpty()
                && nanos - aloneSince > server.limits.connectTimeout().toNanos()) {
            session.end(Disconnect.CONNECT_TIMEOUT);
        }
    }

    @Override
    public void closed() {
        var left = List.copyOf(attachments);
        attachments.clear();
        if (questions != null) {
            questions.forgetAll();
        }
        left.forEach(Attachment::left);
    }
}
