package io.carillon.transport.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a polling session has besides: what waits for its next poll, and the poll that waits for
/// something. Confined to the session's loop.
final class Polling {
    static final String TEXT = "text/plain; charset=UTF-8";

    private final Engine engine;
    private final Deque<ByteBuf> pending = new ArrayDeque<>(4);
    private @Nullable Exchange poll;
    private @Nullable Probe probe;
    private int bytes;

    /// What the client calls the session.
    final String sid;

    Polling(Engine engine, String sid) {
        this.engine = engine;
        this.sid = sid;
    }

    static void refuse(Exchange exchange, EngineError error) {
        exchange.answer(error.status(), "application/json", Payloads.of(error.body()));
    }

    boolean waits() {
        return poll != null;
    }

    boolean holds(Exchange exchange) {
        return poll == exchange;
    }

    void take(Exchange exchange) {
        poll = exchange;
    }

    /// @return whether there was room
    boolean add(ByteBuf frames) {
        bytes += frames.readableBytes();
        pending.add(frames);
        return bytes <= 4 * engine.terms.watermark().high() + engine.settings.maxPayload();
    }

    int unsent() {
        return bytes;
    }

    boolean writable() {
        return bytes < engine.terms.watermark().high();
    }

    /// Answers the poll if there is something for it, or if the client is about to move.
    void deliver() {
        if (poll == null) {
            return;
        }
        if (!pending.isEmpty()) {
            answer(payload(poll.most()));
        } else if (probe != null) {
            answer(Payloads.of("6"));
        }
    }

    /// What waits, up to a number of bytes; at least one packet, whatever its size.
    private ByteBuf payload(int most) {
        var payload = ByteBufAllocator.DEFAULT.buffer(Math.min(most, bytes) + 16);
        while (!pending.isEmpty()) {
            var frames = pending.getFirst();
            var before = frames.readableBytes();
            var all = Payloads.append(payload, frames, most);
            bytes -= before - frames.readableBytes();
            if (!all) {
                return payload;
            }
            pending.removeFirst().release();
        }
        return payload;
    }

    /// Answers the poll, if there is one.
    void answer(ByteBuf payload) {
        var waiting = poll;
        poll = null;
        if (waiting == null) {
            payload.release();
        } else {
            waiting.answer(200, TEXT, payload);
        }
    }

    /// @return what no poll has fetched; the caller's
    List<ByteBuf> pending() {
        var taken = List.copyOf(pending);
        pending.clear();
        bytes = 0;
        return taken;
    }

    /// Nobody will fetch what waits.
    void drop() {
        poll = null;
        pending.forEach(ByteBuf::release);
        pending.clear();
        bytes = 0;
    }

    /// The session ends: with the poll that waits, or with the next one if it comes soon.
    ///
    /// @param packet the last one
    void end(Session session, String packet) {
        add(EngineFraming.packet(packet));
        if (poll != null) {
            deliver();
            return;
        }
        engine.enter(sid, session);
        var unused =
                session.loop()
                        .schedule(
                                () -> {
                                    engine.leave(sid);
                                    drop();
                                },
                                engine.terms.closeTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    /// A poll of a session that has ended.
    void farewell(Exchange exchange) {
        engine.leave(sid);
        if (pending.isEmpty()) {
            refuse(exchange, EngineError.SESSION);
        } else {
            exchange.answer(200, TEXT, payload(exchange.most()));
        }
    }

    /// @return whether this is the only WebSocket that the session may move to
    boolean probe(Probe asking) {
        if (probe != null && probe != asking) {
            return false;
        }
        probe = asking;
        return true;
    }

    boolean mayMove() {
        return probe == null;
    }

    boolean isProbe(Probe asking) {
        return probe == asking;
    }

    void forget(Probe gone) {
        if (probe == gone) {
            probe = null;
        }
    }
}
