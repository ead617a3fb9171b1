package io.carillon.transport.polling;

import io.carillon.channel.Cursor;
import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.transport.Follow;
import io.carillon.transport.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.MonoSink;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// One poll: collects what its connection tells and answers once.
///
/// At once when something was missed, when there was no cursor, or when the room is full; else when
/// something comes or the wait is over. Confined to the lane's thread. Answers are made in a turn
/// of their own, never from within a call of the lane or the connection.
final class Poll implements Outlet {
    private static final long SETTLE_MILLIS = 1_000;

    /// How long a poll that has nothing but conflated events waits for more, so that it does not
    /// bring its client round and round.
    private static final long MORE_MILLIS = 250;

    private final Polls polls;
    private final Follow follow;
    private final MonoSink<HttpResponse<?>> sink;
    private final List<ByteBuf> messages = new ArrayList<>();
    private final ChannelFutureListener vanished = closed -> forget();
    private @Nullable Connection connection;
    private @Nullable ScheduledFuture<?> end;
    private @Nullable String cursor;
    private @Nullable HttpResponse<?> refusal;
    private final @Nullable PollPresence presence;
    private @Nullable ScheduledFuture<?> patience;
    private int bytes;
    private boolean urgent;
    private boolean patient;
    private boolean caughtUp;
    private boolean wanted;
    private boolean answering;
    private boolean inHaste;
    private boolean done;

    Poll(Polls polls, Follow follow, MonoSink<HttpResponse<?>> sink) {
        this.polls = polls;
        this.follow = follow;
        this.sink = sink;
        this.presence =
                follow.presence() == null
                        ? null
                        : new PollPresence(follow.presence(), follow.channels().size());
    }

    void start(Connection attached) {
        connection = attached;
        follow.channel().closeFuture().addListener(vanished);
        sink.onDispose(() -> follow.channel().eventLoop().execute(this::forget));
        if (!done) {
            attached.accept(follow.command());
        }
    }

    @Override
    public Format format() {
        return polls.format;
    }

    @Override
    public boolean brief() {
        return true;
    }

    @Override
    public String transport() {
        return "polling";
    }

    @Override
    public long unsent() {
        return bytes;
    }

    @Override
    public boolean writable() {
        return bytes < polls.room && !done;
    }

    @Override
    public void write(ByteBuf frame) {
        if (done) {
            frame.release();
            return;
        }
        urgent |= !PollFraming.conflated(frame);
        var at = PollFraming.cursor(frame);
        cursor = at == null ? cursor : at;
        bytes += frame.readableBytes();
        messages.add(frame);
    }

    @Override
    public void send(Message message) {
        switch (message) {
            case Message.Subscribed(var reply, var channels, var at) -> {
                cursor = at.encode();
                caughtUp = true;
                if (inHaste) {
                    answerSoon();
                } else if (follow.cursor() == null || follow.waitMillis() == 0) {
                    answerWhenSettled();
                } else {
                    end =
                            follow.channel()
                                    .eventLoop()
                                    .schedule(
                                            this::answerSoon,
                                            polls.patience(follow),
                                            TimeUnit.MILLISECONDS);
                }
            }
            case Message.Refused refused -> {
                refusal = Problem.answer(refused);
                answerSoon();
            }
            case Message.Reset reset -> write(polls.messages.encode(reset));
            case Message.Ended ended -> write(polls.messages.encode(ended));
            case Message.Drain drain -> hurry();
            case Message.Presence(var update) -> {
                var asking = presence;
                if (asking != null) {
                    asking.take(update, polls.messages.encode(message)).forEach(this::write);
                    if (wanted && asking.settled()) {
                        answerSoon();
                    }
                }
            }
            case Message.Ping ping -> {}
            case Message.Connected connected -> {}
            case Message.Done finished -> {}
            case Message.Pong pong -> {}
        }
    }

    @Override
    public void flush() {
        if (bytes >= polls.room || caughtUp && urgent) {
            answerWhenSettled();
            answerSoon();
        } else if (caughtUp && !messages.isEmpty() && !patient) {
            patient = true;
            var unused =
                    follow.channel()
                            .eventLoop()
                            .schedule(this::answerSoon, MORE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close(Disconnect reason) {
        var pointless = !reason.reconnect() || !caughtUp && messages.isEmpty();
        if (pointless && refusal == null && !standsStill(reason)) {
            refusal = Problem.answer(new Message.Refused(null, code(reason), reason.meaning()));
        }
        answerSoon();
    }

    /// As if the wait were over.
    private void hurry() {
        inHaste = true;
        if (caughtUp) {
            answerSoon();
        }
    }

    /// A node that goes away is no fault of the client: whoever came with a cursor keeps it.
    private boolean standsStill(Disconnect reason) {
        var from = follow.cursor();
        return reason == Disconnect.DRAIN && from != null && Cursor.parse(from) != null;
    }

    private static ErrorCode code(Disconnect reason) {
        return switch (reason) {
            case DRAIN, SLOW, IDLE, UNAVAILABLE, CONNECT_TIMEOUT, DISCONNECTED ->
                    ErrorCode.UNAVAILABLE;
            case EXPIRED, UNAUTHENTICATED, REVOKED -> ErrorCode.UNAUTHENTICATED;
            case FLOOD -> ErrorCode.RATE;
            case CROWDED -> ErrorCode.CROWDED;
            case MALFORMED, TOO_LARGE, BINARY -> ErrorCode.MALFORMED;
        };
    }

    /// Who is present takes a moment to find out; where it is asked for, the answer waits for it,
    /// so that a busy channel does not keep it away for ever.
    private void answerWhenSettled() {
        if (presence == null || presence.settled()) {
            answerSoon();
        } else if (!wanted) {
            wanted = true;
            patience =
                    follow.channel()
                            .eventLoop()
                            .schedule(this::answerSoon, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void answerSoon() {
        if (!answering) {
            answering = true;
            follow.channel().eventLoop().execute(this::answer);
        }
    }

    private void answer() {
        if (done) {
            return;
        }
        var attached = Objects.requireNonNull(connection);
        if (caughtUp) {
            attached.tellWaiting();
        }
        var fresh = attached.cursor();
        if (fresh != null) {
            cursor = fresh.encode();
        }
        var response = refusal == null ? found() : refusal;
        forget();
        sink.success(response);
    }

    private HttpResponse<?> found() {
        // Resets carry no cursor: a poll that was told nothing else stands where it came from.
        var at = cursor == null ? follow.cursor() : cursor;
        if (at == null) {
            var gone = Disconnect.UNAVAILABLE;
            return Problem.answer(new Message.Refused(null, code(gone), gone.meaning()));
        }
        var body = new ByteArrayOutputStream(bytes + at.length() + 64);
        body.writeBytes(
                ("{\"cursor\":\"" + at + "\"," + tag() + "\"messages\":[")
                        .getBytes(StandardCharsets.UTF_8));
        for (var index = 0; index < messages.size(); index++) {
            if (index > 0) {
                body.write(',');
            }
            var message = messages.get(index);
            var copy = new byte[message.readableBytes()];
            message.getBytes(message.readerIndex(), copy);
            body.writeBytes(copy);
        }
        body.writeBytes(new byte[] {']', '}'});
        return HttpResponse.ok(body.toByteArray())
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .header(HttpHeaders.VARY, "Authorization, Accept")
                .header("Carillon-Cursor", at);
    }

    private String tag() {
        return presence == null ? "" : "\"presence\":\"" + presence.tag() + "\",";
    }

    /// Leaves the lane. The client has its answer, or is gone.
    private void forget() {
        if (done) {
            return;
        }
        done = true;
        follow.channel().closeFuture().removeListener(vanished);
        if (end != null) {
            end.cancel(false);
        }
        if (patience != null) {
            patience.cancel(false);
        }
        if (presence != null) {
            presence.forget();
        }
        messages.forEach(ByteBuf::release);
        messages.clear();
        if (connection != null) {
            connection.closed();
        }
    }
}
