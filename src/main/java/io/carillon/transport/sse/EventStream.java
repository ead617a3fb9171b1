package io.carillon.transport.sse;

import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.transport.Follow;
import io.carillon.transport.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.MonoSink;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// One event stream: keeps what its connection tells until the client asks for more.
///
/// The response begins with the first thing to tell, so a refusal can still be a status. Demand
/// comes from Micronaut, which asks for the next piece when the network channel has taken the last;
/// everything queued by then is one piece. Confined to the lane's thread, which is the channel's.
final class EventStream implements Outlet {
    private final EventStreams streams;
    private final Follow follow;
    private final EventLoop loop;
    private final MonoSink<HttpResponse<?>> head;
    private final List<ByteBuf> queue = new ArrayList<>();
    private final ChannelFutureListener vanished = closed -> forget();
    private @Nullable FluxSink<ByteBuf> body;
    private @Nullable Connection connection;
    private int bytes;
    private boolean begun;
    private boolean full;
    private boolean ending;
    private boolean passing;
    private boolean done;

    EventStream(EventStreams streams, Follow follow, MonoSink<HttpResponse<?>> head) {
        this.streams = streams;
        this.follow = follow;
        this.head = head;
        this.loop = follow.channel().eventLoop();
    }

    void start(Connection attached) {
        connection = attached;
        follow.channel().closeFuture().addListener(vanished);
        // Between the first browser's retry and the last there shall be some time after a restart.
        var retry = ThreadLocalRandom.current().nextInt(1_000, 3_000);
        keep(ascii("retry: " + retry + "\n\n"));
        if (!done) {
            attached.accept(follow.command());
        }
    }

    @Override
    public Format format() {
        return streams.format;
    }

    @Override
    public String transport() {
        return "sse";
    }

    @Override
    public long unsent() {
        return bytes;
    }

    @Override
    public boolean writable() {
        full = bytes >= streams.settings.writeBuffer();
        return !full;
    }

    @Override
    public void write(ByteBuf frame) {
        if (done) {
            frame.release();
        } else {
            keep(frame);
        }
    }

    private void keep(ByteBuf piece) {
        bytes += piece.readableBytes();
        queue.add(piece);
    }

    @Override
    public void send(Message message) {
        if (message instanceof Message.Refused refused && !begun) {
            begun = true;
            ending = true;
            var answer = Problem.answer(refused);
            loop.execute(() -> {
                forget();
                head.success(answer);
            });
        } else {
            write(streams.messages.encode(message));
            // Its one subscription is refused: nothing can follow.
            ending |= message instanceof Message.Refused;
        }
    }

    @Override
    public void flush() {
        if (!begun) {
            begun = true;
            loop.execute(this::begin);
        } else {
            pass();
        }
    }

    private void begin() {
        if (done) {
            return;
        }
        head.success(
                HttpResponse.ok(
                                Flux.<ByteBuf>create(
                                        this::subscribed, FluxSink.OverflowStrategy.ERROR))
                        .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
                        .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                        .header(HttpHeaders.VARY, "Authorization, Accept")
                        // Keeps compressors, ours too, and buffering proxies off the stream.
                        .header(HttpHeaders.CONTENT_ENCODING, "identity")
                        .header("X-Accel-Buffering", "no"));
    }

    private void subscribed(FluxSink<ByteBuf> sink) {
        body = sink;
        sink.onRequest(more -> onLoop(this::asked));
        sink.onDispose(() -> onLoop(this::forget));
    }

    private void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    private void asked() {
        if (connection != null) {
            connection.heard();
        }
        pass();
    }

    /// Hands over what is queued, as one piece, as often as somebody asks.
    private void pass() {
        var sink = body;
        if (sink == null || passing || done) {
            return;
        }
        passing = true;
        while (!queue.isEmpty() && sink.requestedFromDownstream() > 0) {
            var piece =
                    queue.size() == 1
                            ? queue.getFirst()
                            : Unpooled.wrappedBuffer(queue.toArray(ByteBuf[]::new));
            queue.clear();
            bytes = 0;
            sink.next(piece);
        }
        passing = false;
        if (ending && queue.isEmpty()) {
            complete();
        } else if (full && bytes < streams.settings.writeBuffer()) {
            full = false;
            loop.execute(() -> Objects.requireNonNull(connection).writable());
        }
    }

    @Override
    public void close(Disconnect reason) {
        if (ending) {
            return;
        }
        ending = true;
        var text =
                "event: closed\ndata: {\"push\":\"closed\",\"code\":%d,\"reason\":\"%s\",\"reconnect\":%b}\n\n"
                        .formatted(reason.number(), reason.reason(), reason.reconnect());
        write(ascii(text));
        flush();
        // A client that does not read does not see the end either.
        var unused =
                loop.schedule(
                        this::cut,
                        streams.settings.closeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void cut() {
        if (!done) {
            forget();
            var unused = follow.channel().close();
        }
    }

    private void complete() {
        var sink = body;
        loop.execute(() -> {
            forget();
            if (sink != null) {
                sink.complete();
            }
        });
    }

    /// Leaves the lane. The stream has ended, or the client is gone.
    private void forget() {
        if (done) {
            return;
        }
        done = true;
        follow.channel().closeFuture().removeListener(vanished);
        queue.forEach(ByteBuf::release);
        queue.clear();
        if (connection != null) {
            connection.closed();
        }
    }

    private static ByteBuf ascii(String text) {
        return ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, text);
    }
}
