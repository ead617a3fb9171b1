package io.carillon.transport.engineio;

import io.carillon.identity.NodeId;
import io.carillon.peer.Peers;
import io.carillon.peer.Question;
import io.carillon.peer.Reply;
import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Polls and posts of other nodes' sessions, answered through the owner.
///
/// A poll waits at the owner as it would there; the owner is told when the client has gone. When
/// the owner is gone, or does not answer in time, the client hears that there is no such session,
/// opens another and recovers: what an answer carried that got lost on the way is told again then.
/// One virtual thread for each request under way. Safe for all threads.
public final class PeerRelay implements Relay {
    /// Questions of this kind are a poll; the body is the session's id.
    static final String POLL = "engineio.poll";

    /// Questions of this kind are a post; the body is the session's id, and behind it the payload.
    static final String POST = "engineio.post";

    static final int SID_LENGTH = 44;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Peers peers;
    private final EngineSettings settings;

    /// @param peers the other nodes
    /// @param settings how long polls may take
    public PeerRelay(Peers peers, EngineSettings settings) {
        this.peers = peers;
        this.settings = settings;
    }

    @Override
    public void relay(NodeId owner, Request request, ByteBuf body, Exchange exchange) {
        var length = SID_LENGTH + body.readableBytes();
        if (length > Question.LONGEST) {
            body.release();
            Polling.refuse(exchange, EngineError.TOO_LARGE);
            return;
        }
        var bytes = new byte[length];
        System.arraycopy(
                request.sid().getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, SID_LENGTH);
        body.readBytes(bytes, SID_LENGTH, length - SID_LENGTH);
        body.release();
        var question = question(request.kind(), bytes);
        var thread = Thread.ofVirtual().unstarted(() -> ask(owner, question, exchange));
        exchange.whenGone(thread::interrupt);
        thread.start();
    }

    private Question question(Kind kind, byte[] bytes) {
        return switch (kind) {
            case POLL -> {
                var longest = settings.pingInterval().plus(settings.relayTimeout());
                yield new Question(POLL, bytes, longest.compareTo(LONGEST) < 0 ? longest : LONGEST);
            }
            case POST -> new Question(POST, bytes, settings.relayTimeout());
        };
    }

    private void ask(NodeId owner, Question question, Exchange exchange) {
        try {
            switch (peers.ask(owner, question)) {
                case Reply.Answer answer -> RelayedAnswer.read(answer).pass(exchange);
                case Reply.Refused ignored -> Polling.refuse(exchange, EngineError.SESSION);
                case Reply.NotThere ignored -> Polling.refuse(exchange, EngineError.SESSION);
                case Reply.TimedOut ignored -> Polling.refuse(exchange, EngineError.SESSION);
            }
        } catch (InterruptedException gone) {
            // Nobody waits for an answer.
            Thread.currentThread().interrupt();
        }
    }
}
