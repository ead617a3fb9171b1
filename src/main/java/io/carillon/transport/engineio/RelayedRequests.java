package io.carillon.transport.engineio;

import io.carillon.peer.Answerer;
import io.carillon.peer.Question;
import io.carillon.peer.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import jakarta.inject.Provider;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Answers other nodes that ask for a client of theirs whose session is here. One for polls, one
/// for posts. Blocks for as long as the question's patience; safe for all threads.
public final class RelayedRequests implements Answerer {
    private final Relay.Kind kind;
    private final Provider<Engine> engine;

    /// @param kind which requests
    /// @param engine asked for when the first comes: the engine knows the way to others, and those
    ///     know this
    public RelayedRequests(Relay.Kind kind, Provider<Engine> engine) {
        this.kind = kind;
        this.engine = engine;
    }

    @Override
    public String kind() {
        return switch (kind) {
            case POLL -> PeerRelay.POLL;
            case POST -> PeerRelay.POST;
        };
    }

    @Override
    public Reply.Said answer(Question question) throws InterruptedException {
        var bytes = question.body();
        if (bytes.length < PeerRelay.SID_LENGTH) {
            return new Reply.Refused("malformed", "a session's id is missing");
        }
        var sid = new String(bytes, 0, PeerRelay.SID_LENGTH, StandardCharsets.US_ASCII);
        var exchange = new Relayed();
        var session = engine.get().find(sid);
        if (session == null) {
            Polling.refuse(exchange, EngineError.SESSION);
        } else {
            var sent = Arrays.copyOfRange(bytes, PeerRelay.SID_LENGTH, bytes.length);
            EngineDoor.hand(session, kind, Unpooled.wrappedBuffer(sent), exchange);
        }
        try {
            return exchange.answer
                    .get(question.patience().toMillis(), TimeUnit.MILLISECONDS)
                    .write();
        } catch (InterruptedException gone) {
            exchange.gone();
            throw gone;
        } catch (TimeoutException late) {
            exchange.gone();
            return new Reply.Refused("late", "the session has nothing to say");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A request that another node has for its client.
    private static final class Relayed implements Exchange {
        final CompletableFuture<RelayedAnswer> answer = new CompletableFuture<>();
        private @Nullable Runnable whenGone;
        private boolean gone;

        @Override
        public void answer(int status, String type, ByteBuf body) {
            answer.complete(RelayedAnswer.of(status, type, body));
        }

        @Override
        public int most() {
            return RelayedAnswer.MOST;
        }

        @Override
        public void whenGone(Runnable action) {
            if (keep(action)) {
                action.run();
            }
        }

        private synchronized boolean keep(Runnable action) {
            whenGone = action;
            return gone;
        }

        /// The asker has gone. When an answer has come in the same moment it is lost: the client
        /// comes back without having had it, and is told again.
        void gone() {
            var action = takeGone();
            if (action != null) {
                action.run();
            }
        }

        private synchronized @Nullable Runnable takeGone() {
            gone = true;
            return whenGone;
        }
    }
}
