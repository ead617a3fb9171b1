package io.carillon.transport.engineio;

import io.carillon.transport.websocket.Conversation;
import io.carillon.transport.websocket.FrameHandler;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// A WebSocket that a polling session may move to: `2probe`, `3probe`, `5`.
///
/// It comes on a loop of its own, is moved to the session's, and only then reads. What was sent
/// right behind the handshake is met before that, on the wrong loop, and ends it.
final class Probe implements Conversation {
    private final Engine engine;
    private final Session session;
    private @Nullable FrameHandler socket;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean arrived;

    Probe(Engine engine, Session session) {
        this.engine = engine;
        this.session = session;
    }

    @Override
    public void opened(FrameHandler opened) {
        socket = opened;
    }

    /// On the session's loop from here on.
    void arrived() {
        arrived = true;
        if (!session.mayMove()) {
            end("this session does not move");
            return;
        }
        deadline =
                session.loop()
                        .schedule(
                                () -> end("upgrade timeout"),
                                engine.settings.upgradeTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    @Override
    public void text(ByteBuf message) {
        if (!arrived) {
            end("the handshake was not awaited");
            return;
        }
        switch (message.toString(StandardCharsets.US_ASCII)) {
            case "2probe" -> {
                if (session.probed(this)) {
                    socket().write(EngineFraming.packet("3probe"));
                    socket().flush();
                } else {
                    end("this session does not move");
                }
            }
            case "5" -> {
                inTime();
                session.move(this, socket());
            }
            default -> end("a probe was expected");
        }
    }

    @Override
    public void binary(ByteBuf message) {
        end("a probe was expected");
    }

    @Override
    public void heard() {}

    @Override
    public void drained() {}

    @Override
    public void gone() {
        inTime();
        session.loop().execute(() -> session.stays(this));
    }

    @Override
    public void tooLarge() {
        end("a probe was expected");
    }

    private void inTime() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void end(String reason) {
        socket().end(1000, reason);
    }

    private FrameHandler socket() {
        return Objects.requireNonNull(socket);
    }

    @Override
    public String toString() {
        return "an Engine.IO probe";
    }
}
