package io.carillon.transport.engineio;

import io.carillon.connection.Disconnect;
import io.carillon.transport.websocket.Conversation;
import io.carillon.transport.websocket.FrameHandler;
import io.carillon.wire.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.Base64;
import java.util.Objects;

/// One client of an [Engine]: its transport, its heartbeat, its end.
///
/// Begins with polling or on a WebSocket, and may move from the one to the other once. What is
/// written are WebSocket frames; while the client polls they wait for its next poll. Confined to
/// its loop, but for [#loop].
///
/// Bounds: messages by [EngineSettings#maxPayload]; a client that posts and does not poll is ended
/// when four write buffers and one payload wait for it.
public final class Session implements Conversation {
    private final Engine engine;
    private final EventLoop loop;
    private @Nullable FrameHandler socket;
    private @Nullable String sid;
    private @Nullable Polling polling;
    private Application.@Nullable Listener listener;
    private long aliveAt;

    /// When the ping was sent, or was due, that has not been answered; or 0.
    private long pingedAt;

    private boolean over;

    /// The place among the sessions of the same loop.
    int place;

    Session(Engine engine, EventLoop loop) {
        this.engine = engine;
        this.loop = loop;
    }

    /// @return the loop on which everything of this session happens
    public EventLoop loop() {
        return loop;
    }

    /// @return whether the session has ended
    public boolean over() {
        return over;
    }

    /// Begins with polling.
    ///
    /// @param exchange the handshake's
    void begin(Exchange exchange) {
        var id = engine.ids.make();
        sid = id;
        polling = new Polling(engine, id);
        engine.enter(id, this);
        exchange.answer(200, Polling.TEXT, Payloads.of(greeting(id, "\"websocket\"")));
        start();
    }

    /// Begins on a WebSocket.
    @Override
    public void opened(FrameHandler opened) {
        socket = opened;
        opened.write(EngineFraming.packet(greeting(engine.ids.make(), "")));
        start();
    }

    private String greeting(String id, String upgrades) {
        var settings = engine.settings;
        return "0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%d,\"pingTimeout\":%d,\"maxPayload\":%d}"
                .formatted(
                        id,
                        upgrades,
                        settings.pingInterval().toMillis(),
                        settings.pingTimeout().toMillis(),
                        settings.maxPayload());
    }

    private void start() {
        aliveAt = System.nanoTime();
        engine.beat(loop).add(this);
        listener = engine.application.opened(this);
    }

    // What the client says.

    @Override
    public void text(ByteBuf message) {
        if (!message.isReadable()) {
            fail(Disconnect.MALFORMED);
            return;
        }
        var start = message.readerIndex();
        var type = message.getByte(start);
        if (type == '4') {
            var text = JsonText.utf8(message.nioBuffer(start + 1, message.readableBytes() - 1));
            if (text == null) {
                fail(Disconnect.MALFORMED);
            } else {
                listener().heard();
                listener().text(text);
            }
        } else {
            control(type);
        }
    }

    private void control(byte type) {
        switch (type) {
            case '1' -> {
                leave();
                if (socket != null) {
                    socket.end(1000, "");
                }
            }
            case '3' -> pong();
            // A late upgrade or noop says nothing.
            case '5', '6' -> {}
            default -> fail(Disconnect.MALFORMED);
        }
    }

    private void pong() {
        pingedAt = 0;
        aliveAt = System.nanoTime();
        listener().heard();
    }

    @Override
    public void binary(ByteBuf message) {
        listener().heard();
        listener().binary(ByteBufUtil.getBytes(message));
    }

    @Override
    public void heard() {
        listener().heard();
    }

    @Override
    public void drained() {
        listener().writable();
    }

    @Override
    public void gone() {
        leave();
    }

    @Override
    public void tooLarge() {
        fail(Disconnect.TOO_LARGE);
    }

    /// @return whether a poll waits for something
    boolean polled() {
        return polling != null && polling.waits();
    }

    /// A client asks for what is there for it.
    void poll(Exchange exchange) {
        var by = polling;
        if (expired(System.nanoTime())) {
            fail(Disconnect.IDLE);
        }
        if (by == null || socket != null) {
            Polling.refuse(exchange, EngineError.REQUEST);
        } else if (over) {
            by.farewell(exchange);
        } else if (by.waits()) {
            Polling.refuse(exchange, EngineError.REQUEST);
            fail(Disconnect.MALFORMED);
        } else {
            exchange.whenGone(() -> loop.execute(() -> cancelled(exchange)));
            by.take(exchange);
            by.deliver();
            drainedSoon();
        }
    }

    private void cancelled(Exchange exchange) {
        if (!over && polling != null && polling.holds(exchange)) {
            polling.drop();
            fail(Disconnect.IDLE);
        }
    }

    /// A client sends packets.
    ///
    /// @param payload one packet or several
    void post(ByteBuf payload, Exchange exchange) {
        if (over || socket != null || polling == null) {
            Polling.refuse(exchange, over ? EngineError.SESSION : EngineError.REQUEST);
            return;
        }
        var text = JsonText.utf8(payload.nioBuffer());
        if (text == null) {
            Polling.refuse(exchange, EngineError.REQUEST);
            fail(Disconnect.MALFORMED);
            return;
        }
        for (var packet : Payloads.split(text)) {
            if (!take(packet)) {
                Polling.refuse(exchange, EngineError.REQUEST);
                fail(Disconnect.MALFORMED);
                return;
            }
            if (over) {
                break;
            }
        }
        exchange.answer(200, "text/html", Payloads.of("ok"));
    }

    /// @return whether it was a packet
    private boolean take(String packet) {
        if (packet.isEmpty()) {
            return false;
        }
        switch (packet.charAt(0)) {
            case '1' -> {
                leave();
                // A poll that was sent before may come behind this one, over another channel.
                Objects.requireNonNull(polling).end(this, "6");
            }
            case '3' -> pong();
            case '4' -> {
                listener().heard();
                listener().text(packet.substring(1));
            }
            case 'b' -> {
                try {
                    var bytes = Base64.getDecoder().decode(packet.substring(1));
                    listener().heard();
                    listener().binary(bytes);
                } catch (IllegalArgumentException notBase64) {
                    return false;
                }
            }
            case '6' -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    // From polling to a WebSocket.

    /// @return whether the session may move to a WebSocket now
    boolean mayMove() {
        return !over && polling != null && polling.mayMove();
    }

    /// A WebSocket has proved that it works: polls end at once from now on.
    ///
    /// @return whether the session may move there
    boolean probed(Probe probe) {
        if (over || polling == null || socket != null || !polling.probe(probe)) {
            return false;
        }
        polling.deliver();
        drainedSoon();
        return true;
    }

    /// A WebSocket did not make it.
    void stays(Probe probe) {
        if (polling != null) {
            polling.forget(probe);
        }
    }

    /// The client asks to go on there.
    void move(Probe probe, FrameHandler to) {
        var from = polling;
        if (over || from == null || socket != null || !from.isProbe(probe)) {
            to.end(1000, "");
            return;
        }
        from.forget(probe);
        from.answer(Payloads.of("6"));
        socket = to;
        polling = null;
        to.handTo(this);
        from.pending().forEach(to::write);
        to.flush();
        drainedSoon();
    }

    // The way to the client.

    /// @param frames whole WebSocket frames, queued until [#flush]; released by the session
    public void write(ByteBuf frames) {
        var to = socket;
        if (over) {
            frames.release();
        } else if (to != null) {
            to.write(frames);
        } else if (polling != null && !polling.add(frames)) {
            fail(Disconnect.SLOW);
        }
    }

    /// Sends what is queued.
    public void flush() {
        if (over) {
            return;
        }
        if (socket != null) {
            socket.flush();
        } else if (polling != null) {
            polling.deliver();
        }
    }

    /// @return whether more may be written without filling memory
    public boolean writable() {
        var to = socket;
        return !over && (to != null ? to.writable() : polling != null && polling.writable());
    }

    /// @return bytes that wait in this process to be written to the client
    public long unsent() {
        if (socket != null) {
            return socket.unsent();
        }
        return polling == null ? 0 : polling.unsent();
    }

    private void drainedSoon() {
        loop.execute(() -> {
            if (!over && writable()) {
                listener().writable();
            }
        });
    }

    // The end.

    /// Ends the session after what is queued; a client comes back by itself.
    ///
    /// @param reason told on a WebSocket, where there is room for it
    public void end(Disconnect reason) {
        if (over) {
            return;
        }
        leave();
        if (socket != null) {
            socket.end(reason.number(), reason.reason());
        } else if (polling != null) {
            polling.end(this, "1");
        }
    }

    /// Ends a session that does not follow the protocol, or does not answer: at once.
    private void fail(Disconnect reason) {
        if (over) {
            return;
        }
        leave();
        if (socket != null) {
            socket.end(reason.number(), reason.reason());
        } else if (polling != null) {
            polling.answer(Payloads.of("1"));
            polling.drop();
        }
    }

    private void leave() {
        if (over) {
            return;
        }
        over = true;
        engine.beat(loop).remove(this);
        if (sid != null) {
            engine.leave(sid);
        }
        listener().closed();
    }

    private boolean expired(long nanos) {
        return !over
                && pingedAt != 0
                && nanos - pingedAt >= engine.settings.pingTimeout().toNanos();
    }

    void tick(long nanos) {
        if (expired(nanos)) {
            fail(Disconnect.IDLE);
            return;
        }
        if (pingedAt == 0 && nanos - aliveAt >= engine.settings.pingInterval().toNanos()) {
            write(EngineFraming.packet("2"));
            flush();
            // When it has gone out late, the pong may be as late; when no poll took it, it was due.
            pingedAt = unsent() == 0 ? nanos : aliveAt + engine.settings.pingInterval().toNanos();
        }
        if (!over) {
            listener().tick(nanos);
        }
    }

    private Application.Listener listener() {
        return Objects.requireNonNull(listener);
    }

    @Override
    public String toString() {
        return "an Engine.IO session";
    }
}
