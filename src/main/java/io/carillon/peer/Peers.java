package io.carillon.peer;

import io.carillon.identity.NodeId;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/// Asks other nodes.
///
/// Called by rooms that need an answer of one other node: polls of another node's session, the
/// operations pages. Promise: a question is carried out at most once, and there is a [Reply] within
/// its patience and a few seconds; sooner when the other node ends (its channel breaks) or loses
/// its lease (looked at every half second). Not promised: that a question without an answer was not
/// carried out.
///
/// Blocks; call it on a virtual thread, and interrupt that to take the question back: the other
/// node's answerer is interrupted too. Bounded: `carillon.peer.questions` at the same time. Safe
/// for all threads.
@Singleton
public final class Peers {
    private static final Duration LOOK = Duration.ofMillis(500);

    /// For the way there and back, and for an answerer that is done in the last moment.
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final NodeId own;
    private final Addresses addresses;
    private final Answers answers;
    private final PeerKey key;
    private final PeerSettings settings;
    private final Semaphore room;
    private final HttpClient http;
    private final SecureRandom random = new SecureRandom();
    private final LongAdder asked = new LongAdder();
    private final LongAdder unanswered = new LongAdder();

    Peers(NodeId own, Addresses addresses, Answers answers, PeerKey key, PeerSettings settings) {
        this.own = own;
        this.addresses = addresses;
        this.answers = answers;
        this.key = key;
        this.settings = settings;
        this.room = new Semaphore(settings.questions());
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.connectTimeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /// @param node who is asked; this node answers itself without a request
    /// @param question what
    /// @return what came of it
    /// @throws InterruptedException the question is taken back
    public Reply ask(NodeId node, Question question) throws InterruptedException {
        asked.increment();
        if (node.equals(own)) {
            return answers.to(question);
        }
        if (!room.tryAcquire()) {
            unanswered.increment();
            return new Reply.Refused("busy", "this node asks others too much at once");
        }
        try {
            var address = addresses.of(node);
            var reply =
                    address == null
                            ? new Reply.NotThere("node " + node + " does not live")
                            : ask(node, address, question);
            if (!(reply instanceof Reply.Answer)) {
                unanswered.increment();
            }
            return reply;
        } finally {
            room.release();
        }
    }

    private Reply ask(NodeId node, String address, Question question) throws InterruptedException {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        var nonce = HexFormat.of().formatHex(bytes);
        var path = PeerController.path(node, question.kind());
        var patience = question.patience().toMillis();
        var seal =
                Seal.Asked.of(
                        key, path, System.currentTimeMillis(), nonce, patience, question.body());
        HttpRequest request;
        try {
            request =
                    HttpRequest.newBuilder(URI.create("http://" + address + path))
                            .header(Seal.HEADER, seal.header())
                            .header("Content-Type", "application/octet-stream")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(question.body()))
                            .build();
        } catch (IllegalArgumentException odd) {
            return new Reply.NotThere("node " + node + " has no usable address: " + address);
        }
        var coming =
                http.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), Question.LONGEST));
        try {
            return await(node, address, question, nonce, coming);
        } finally {
            // Closes the channel when there is no answer yet, which the other node notices.
            coming.cancel(true);
        }
    }

    private Reply await(
            NodeId node,
            String address,
            Question question,
            String nonce,
            CompletableFuture<HttpResponse<byte[]>> coming)
            throws InterruptedException {
        var longest = question.patience().plus(settings.connectTimeout()).plus(MARGIN);
        var end = System.nanoTime() + longest.toNanos();
        while (true) {
            var left = end - System.nanoTime();
            if (left <= 0) {
                return new Reply.TimedOut(longest);
            }
            try {
                var response = coming.get(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
                return judge(address, nonce, response);
            } catch (TimeoutException notYet) {
                if (!address.equals(addresses.of(node))) {
                    return new Reply.NotThere("node " + node + " has lost its lease");
                }
            } catch (ExecutionException failed) {
                return new Reply.NotThere(
                        "node " + node + " at " + address + ": " + said(failed.getCause()));
            }
        }
    }

    private static String said(@Nullable Throwable cause) {
        return cause instanceof IOException lost && lost.getMessage() != null
                ? lost.getMessage()
                : String.valueOf(cause);
    }

    private Reply judge(String address, String nonce, HttpResponse<byte[]> response) {
        var told = Seal.Told.read(response.headers().firstValue(Seal.HEADER).orElse(null));
        if (told == null || !told.genuine(key, nonce, response.body())) {
            return response.statusCode() == 401
                    ? new Reply.Refused(
                            "unsigned",
                            "the node at "
                                    + address
                                    + " has another secret: set carillon.peer.secret to the same on"
                                    + " all, or on none")
                    : new Reply.NotThere("something else answers at " + address);
        }
        var body = new Reply.Answer(response.body());
        return switch (told.code()) {
            case Seal.ANSWERED -> body;
            case Answers.NOT_HERE -> new Reply.NotThere(body.text());
            case Answers.LATE -> new Reply.TimedOut(Duration.ZERO);
            default -> new Reply.Refused(told.code(), body.text());
        };
    }

    /// @return questions since the start
    public long asked() {
        return asked.sum();
    }

    /// @return those of them that got no answer
    public long unanswered() {
        return unanswered.sum();
    }

    /// @return questions under way
    public int underWay() {
        return settings.questions() - room.availablePermits();
    }

    @PreDestroy
    void close() {
        http.shutdownNow();
    }
}
