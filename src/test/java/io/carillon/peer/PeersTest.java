package io.carillon.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;
import io.carillon.identity.NodeId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Two nodes, the real HTTP between them.
@Timeout(60)
@Tag("C13")
class PeersTest {
    private static final Duration SECONDS = Duration.ofSeconds(30);

    private static TestNode first;
    private static TestNode second;

    private final Peers peers = first.bean(Peers.class);
    private final NodeId other = second.bean(NodeId.class);

    @BeforeAll
    static void start() {
        first = TestNode.start("test.addresses", "yes");
        second = first.beside("test.addresses", "yes");
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
    }

    @BeforeEach
    void introduce() {
        first.bean(TestAddresses.class).known.put(other, address(second));
    }

    private static String address(TestNode node) {
        return "127.0.0.1:" + node.port();
    }

    private static Question question(String text) {
        return Question.of("test.echo", text, SECONDS);
    }

    @Test
    void anotherNodeAnswersAndSoDoesOneself() throws Exception {
        for (var node : new NodeId[] {other, first.bean(NodeId.class)}) {
            assertThat(peers.ask(node, question("hello")))
                    .isInstanceOfSatisfying(
                            Reply.Answer.class,
                            answer -> assertThat(answer.text()).isEqualTo("hello"));
        }
    }

    @Test
    void aMebibyteGoesThereAndComesBackAndMoreIsRefused() throws Exception {
        var bytes = new byte[Question.LONGEST];
        new Random(7).nextBytes(bytes);
        assertThat(peers.ask(other, new Question("test.echo", bytes, SECONDS)))
                .isInstanceOfSatisfying(
                        Reply.Answer.class, answer -> assertThat(answer.body()).isEqualTo(bytes));
        assertThat(peers.ask(other, question("large"))).satisfies(PeersTest::tooLarge);
    }

    private static void tooLarge(Reply reply) {
        assertThat(code(reply)).isEqualTo("too_large");
    }

    @Test
    void refusalsCarryTheirCodeAndFaultsKeepTheirTextToThemselves() throws Exception {
        assertThat(code(peers.ask(other, question("refuse")))).isEqualTo("unknown_session");
        assertThat(code(peers.ask(other, Question.of("nobody", "", SECONDS))))
                .isEqualTo("unknown_kind");
        var fault = peers.ask(other, question("fail"));
        assertThat(code(fault)).isEqualTo("fault");
        assertThat(fault.toString()).doesNotContain("secret");
    }

    private static String code(Reply reply) {
        return ((Reply.Refused) reply).code();
    }

    @Test
    void aNodeThatDoesNotLiveCannotBeReachedOrIsAnotherIsNotThere() throws Exception {
        var unknown = NodeId.random();
        assertThat(peers.ask(unknown, question("hello"))).isInstanceOf(Reply.NotThere.class);
        int closed;
        try (var free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }
        var known = first.bean(TestAddresses.class).known;
        known.put(unknown, "127.0.0.1:" + closed);
        assertThat(peers.ask(unknown, question("hello"))).isInstanceOf(Reply.NotThere.class);
        known.put(unknown, address(second));
        assertThat(peers.ask(unknown, question("hello")))
                .isInstanceOfSatisfying(
                        Reply.NotThere.class,
                        gone -> assertThat(gone.why()).contains(other.value()));
    }

    @Test
    void aNodeThatLosesItsLeaseWhileItIsAskedIsNotThereAtOnce() throws Exception {
        try (var third = first.beside("test.addresses", "yes")) {
            var asked = third.bean(NodeId.class);
            var known = first.bean(TestAddresses.class).known;
            known.put(asked, address(third));
            var reply = later(asked, question("wait"));
            var answerer = third.bean(TestAnswerer.class);
            answerer.waits.await();
            known.remove(asked);
            assertThat(reply.get(5, TimeUnit.SECONDS)).isInstanceOf(Reply.NotThere.class);
            assertThat(answerer.interrupted.await(10, TimeUnit.SECONDS))
                    .as("the answerer hears that nobody waits")
                    .isTrue();
        }
    }

    @Test
    void aNodeThatEndsWhileItIsAskedIsNotThereAtOnce() throws Exception {
        try (var socket = new ServerSocket(0)) {
            var gone = NodeId.random();
            first.bean(TestAddresses.class).known.put(gone, "127.0.0.1:" + socket.getLocalPort());
            var reply = later(gone, question("hello"));
            try (var taken = socket.accept()) {
                assertThat(taken.getInputStream().read()).isEqualTo('P');
            }
            assertThat(reply.get(5, TimeUnit.SECONDS)).isInstanceOf(Reply.NotThere.class);
        }
    }

    @Test
    void whoAnswersTooLateIsInterruptedAndTheAskerKnows() throws Exception {
        try (var third = first.beside("test.addresses", "yes")) {
            var asked = third.bean(NodeId.class);
            first.bean(TestAddresses.class).known.put(asked, address(third));
            var reply = peers.ask(asked, Question.of("test.echo", "wait", Duration.ofMillis(100)));
            assertThat(reply).isInstanceOf(Reply.TimedOut.class);
            assertThat(third.bean(TestAnswerer.class).interrupted.await(10, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void aQuestionIsTakenBackByInterruptingWhoAsks() throws Exception {
        try (var third = first.beside("test.addresses", "yes")) {
            var asked = third.bean(NodeId.class);
            first.bean(TestAddresses.class).known.put(asked, address(third));
            var came = new AtomicReference<Object>();
            var asker =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    came.set(peers.ask(asked, question("wait")));
                                } catch (InterruptedException takenBack) {
                                    came.set(takenBack);
                                }
                            });
            var answerer = third.bean(TestAnswerer.class);
            answerer.waits.await();
            asker.interrupt();
            asker.join();
            assertThat(came.get()).isInstanceOf(InterruptedException.class);
            assertThat(answerer.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void tooManyQuestionsAtOnceAreRefusedAsBusy() throws Exception {
        try (var third = first.beside("test.addresses", "yes", "carillon.peer.answers", 1)) {
            var asked = third.bean(NodeId.class);
            first.bean(TestAddresses.class).known.put(asked, address(third));
            var waiting = later(asked, question("wait"));
            third.bean(TestAnswerer.class).waits.await();
            assertThat(code(peers.ask(asked, question("hello")))).isEqualTo("busy");
            first.bean(TestAddresses.class).known.remove(asked);
            assertThat(waiting.get(5, TimeUnit.SECONDS)).isInstanceOf(Reply.NotThere.class);
        }
    }

    @Test
    void nodesWithOtherSecretsAreRefusedAndItIsSaidWhatToDo() throws Exception {
        try (var stranger =
                first.beside(
                        "test.addresses",
                        "yes",
                        "carillon.peer.secret",
                        "kQ3v9Zr1Xw7Yt5Ub2Np8Mc4Ld6Sg0Hj2Fa")) {
            stranger.bean(TestAddresses.class).known.put(other, address(second));
            var reply = stranger.bean(Peers.class).ask(other, question("hello"));
            assertThat(code(reply)).isEqualTo("unsigned");
            assertThat(reply.toString()).contains("carillon.peer.secret");
        }
    }

    @Test
    void withoutASignatureThereIsNothingHereWhateverThePath() throws Exception {
        for (var path : new String[] {"/peer/x/y", "/peer/" + other + "/test.echo", "/peer/"}) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + address(second) + path))
                            .POST(HttpRequest.BodyPublishers.ofString("x"))
                            .build();
            assertThat(send(request).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void whatWasAskedOnceIsNotAnsweredAgainNorForAnotherPathBodyOrTime() throws Exception {
        var key = first.bean(PeerKey.class);
        var path = PeerController.path(other, "test.echo");
        var body = "hello".getBytes();
        var now = System.currentTimeMillis();
        var seal = Seal.Asked.of(key, path, now, "0".repeat(31) + "1", 1_000, body);

        assertThat(told(sealed(path, seal, "hello"))).isEqualTo(Seal.ANSWERED);
        assertThat(told(sealed(path, seal, "hello"))).isEqualTo("replayed");
        assertThat(send(sealed(path, seal, "other")).statusCode()).isEqualTo(401);
        var elsewhere = PeerController.path(other, "test.other");
        assertThat(send(sealed(elsewhere, seal, "hello")).statusCode()).isEqualTo(401);
        var old = Seal.Asked.of(key, path, now - 31_000, "0".repeat(31) + "2", 1_000, body);
        assertThat(told(sealed(path, old, "hello"))).isEqualTo("clock");
        var fresher =
                new Seal.Asked("" + now, old.nonce(), old.patience(), old.hash(), old.signature());
        assertThat(send(sealed(path, fresher, "hello")).statusCode()).isEqualTo(401);
    }

    @Test
    void whatAnswersWithoutTheKeyIsNotBelieved() throws Exception {
        try (var socket = new ServerSocket(0)) {
            var gone = NodeId.random();
            first.bean(TestAddresses.class).known.put(gone, "127.0.0.1:" + socket.getLocalPort());
            var reply = later(gone, question("hello"));
            try (var taken = socket.accept()) {
                taken.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes());
                assertThat(reply.get(5, TimeUnit.SECONDS))
                        .isInstanceOfSatisfying(
                                Reply.NotThere.class,
                                other -> assertThat(other.why()).contains("something else"));
            }
        }
    }

    private CompletableFuture<Reply> later(NodeId node, Question question) {
        var came = new CompletableFuture<Reply>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        came.complete(peers.ask(node, question));
                    } catch (InterruptedException | RuntimeException failed) {
                        came.completeExceptionally(failed);
                    }
                });
        return came;
    }

    private static HttpRequest sealed(String path, Seal.Asked seal, String body) {
        return HttpRequest.newBuilder(URI.create("http://" + address(second) + path))
                .header(Seal.HEADER, seal.header())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String told(HttpRequest request) throws Exception {
        var header = send(request).headers().firstValue(Seal.HEADER).orElseThrow();
        return header.split(" ", -1)[1];
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
