package io.carillon.transport.websocket;

import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.wire.json.CommandDecoder;
import io.carillon.wire.json.Decoded;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// A client of `/realtime`: messages to commands, and its [Outlet].
///
/// Confined to the channel's event loop, which is the lane's. Frames from the hub go to the channel
/// as they are.
final class RealtimeClient implements Conversation, Outlet {
    private final Realtime realtime;
    private final EventExecutor loop;
    private Handshake.@Nullable Credential credential;
    private @Nullable FrameHandler socket;
    private @Nullable Connection connection;

    RealtimeClient(
            Realtime realtime, EventExecutor loop, Handshake.@Nullable Credential credential) {
        this.realtime = realtime;
        this.loop = loop;
        this.credential = credential;
    }

    @Override
    public void opened(FrameHandler opened) {
        socket = opened;
        connection = realtime.attach(loop, this, credential);
        credential = null;
    }

    @Override
    public void text(ByteBuf message) {
        switch (CommandDecoder.decode(message.nioBuffer())) {
            case Decoded.Understood(var command) -> connection().accept(command);
            case Decoded.Refused(var id, var code, var detail) ->
                    connection().refuse(id, code, detail);
            case Decoded.NotText() -> socket().end(FrameHandler.NOT_TEXT, "text frames hold UTF-8");
        }
    }

    @Override
    public void binary(ByteBuf message) {
        connection().close(Disconnect.BINARY);
    }

    @Override
    public void heard() {
        connection().heard();
    }

    @Override
    public void drained() {
        connection().writable();
    }

    @Override
    public void gone() {
        connection().closed();
    }

    @Override
    public void tooLarge() {
        connection().close(Disconnect.TOO_LARGE);
    }

    @Override
    public Format format() {
        return realtime.format;
    }

    @Override
    public String transport() {
        return "websocket";
    }

    @Override
    public long unsent() {
        return socket().unsent();
    }

    @Override
    public boolean writable() {
        return socket().writable();
    }

    @Override
    public void write(ByteBuf frame) {
        socket().write(frame);
    }

    @Override
    public void send(Message message) {
        write(realtime.messages.encode(message));
        if (message instanceof Message.Ping) {
            // Clients answer this one by themselves, and so are heard.
            write(Frames.ping());
        }
    }

    @Override
    public void flush() {
        socket().flush();
    }

    @Override
    public void close(Disconnect reason) {
        socket().end(reason.number(), reason.reason());
    }

    @Override
    public String toString() {
        return "connection " + connection().id();
    }

    private FrameHandler socket() {
        return Objects.requireNonNull(socket);
    }

    private Connection connection() {
        return Objects.requireNonNull(connection);
    }
}
