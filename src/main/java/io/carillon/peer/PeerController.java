package io.carillon.peer;

import io.carillon.identity.NodeId;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// `POST /peer/<node>/<kind>`: another node asks. Its signature was right ([PeerDoor]); here follow
/// the clock, repetitions, and the body's hash. Answers are signed. On a virtual thread.
@Controller("/peer")
@Secured(SecurityRule.IS_ANONYMOUS)
final class PeerController {
    private static final int NONCES = 200_000;

    private final NodeId own;
    private final Answers answers;
    private final PeerKey key;
    private final PeerSettings settings;
    private final Nonces nonces = new Nonces(NONCES);

    PeerController(NodeId own, Answers answers, PeerKey key, PeerSettings settings) {
        this.own = own;
        this.answers = answers;
        this.key = key;
        this.settings = settings;
    }

    /// @param node who is asked
    /// @param kind what
    /// @return the path of the request, which is signed
    static String path(NodeId node, String kind) {
        return "/peer/" + node.value() + "/" + kind;
    }

    @Post("/{node}/{kind}")
    @Consumes(MediaType.ALL)
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<?> ask(
            HttpRequest<?> request,
            String node,
            String kind,
            @Body @io.micronaut.core.annotation.Nullable byte[] brought) {
        // An empty body is none to the server.
        var body = brought == null ? new byte[0] : brought;
        var seal = request.getAttribute(PeerDoor.SEAL, Seal.Asked.class).orElseThrow();
        if (!seal.hash().equals(PeerKey.hash(body))) {
            return HttpResponse.status(HttpStatus.UNAUTHORIZED);
        }
        var problem = stale(seal);
        if (problem != null) {
            return told(seal, problem.code(), Reply.Answer.of(problem.detail()));
        }
        if (!node.equals(own.value())) {
            return told(
                    seal, Answers.NOT_HERE, Reply.Answer.of("node " + own + " is at this address"));
        }
        var patience = Duration.ofMillis(Long.parseLong(seal.patience()));
        return answer(seal, new Question(kind, body, patience), channel(request));
    }

    private Reply.@Nullable Refused stale(Seal.Asked seal) {
        var now = System.currentTimeMillis();
        var skew = settings.clockSkew().toMillis();
        if (Math.abs(now - Long.parseLong(seal.time())) > skew) {
            return new Reply.Refused(
                    "clock",
                    "the clocks of two nodes differ by more than "
                            + settings.clockSkew().toSeconds()
                            + " s: synchronise them (carillon.peer.clock-skew)");
        }
        // By a clock that nobody sets; a question is fresh for a skew before and one behind.
        var ticks = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        return switch (nonces.take(seal.nonce(), ticks, 2 * skew)) {
            case NEW -> null;
            case KNOWN -> new Reply.Refused("replayed", "this question was asked before");
            case FULL -> new Reply.Refused("busy", "this node is asked too much: ask again");
        };
    }

    /// The answerer is interrupted when its time is over, and when the asker's channel closes.
    private HttpResponse<?> answer(Seal.Asked seal, Question question, Channel channel) {
        var work = new Work(Thread.currentThread());
        ChannelFutureListener gone = closed -> work.interrupt();
        var late =
                channel.eventLoop()
                        .schedule(
                                work::interrupt,
                                question.patience().toMillis(),
                                TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(gone);
        try {
            return switch (answers.to(question)) {
                case Reply.Answer answer -> told(seal, Seal.ANSWERED, answer);
                case Reply.Refused(var code, var detail) ->
                        told(seal, code, Reply.Answer.of(detail));
            };
        } catch (InterruptedException over) {
            return told(seal, Answers.LATE, Reply.Answer.of("no answer in time"));
        } finally {
            work.done();
            late.cancel(false);
            channel.closeFuture().removeListener(gone);
        }
    }

    /// A thread that may be interrupted until it has done its work, and not a moment longer.
    private static final class Work {
        private final Thread thread;
        private boolean done;

        Work(Thread thread) {
            this.thread = thread;
        }

        synchronized void interrupt() {
            if (!done) {
                thread.interrupt();
            }
        }

        synchronized void done() {
            done = true;
            // What came in the last moment is nobody else's.
            var unused = Thread.interrupted();
        }
    }

    private HttpResponse<?> told(Seal.Asked seal, String code, Reply.Answer body) {
        return HttpResponse.ok(body.body())
                .contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(Seal.HEADER, Seal.Told.of(key, seal.nonce(), code, body.body()).header());
    }

    /// Filters may have wrapped the server's request.
    private static Channel channel(HttpRequest<?> request) {
        var inner = request;
        while (inner instanceof HttpRequestWrapper<?> wrapper) {
            inner = wrapper.getDelegate();
        }
        return ((NettyHttpRequest<?>) inner).getChannelHandlerContext().channel();
    }
}
