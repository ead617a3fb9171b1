package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Clients that do not read while thousands of events are written: the server's memory stays as it
/// was, and when they read again they get everything, once and in order.
@Timeout(120)
@Tag("F6")
@Isolated("measures memory")
class SlowReaderTest {
    private static final String ANA = TestNode.token("acme", "ana");
    private static final int TRANSACTIONS = 60;
    private static final int EVENTS = TRANSACTIONS * 50;
    private static final int BLOCKS = 6_000;
    private static final int STALLED = 60;

    /// A fifth of what the pongs would take. The allocator takes memory in pieces of megabytes, so
    /// a smaller share of a smaller flood says nothing.
    private static final long MORE_THAN_PIECES = 16L << 20;

    private static final long MORE_THAN_BUFFERS = 8L << 20;
    private static TestNode node;

    @BeforeAll
    static void start() {
        // A small ring, so that catching up reads the log too.
        node =
                TestNode.start(
                        "carillon.hub.ring",
                        2 << 20,
                        "carillon.connection.page",
                        200,
                        "carillon.connection.stall-timeout",
                        "60s");
        node.open("w", "m", "s", "other", "end");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aWebSocketThatDoesNotRead() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        try (var slow = RawWebSocket.open(socket, node.port(), "/realtime");
                var quick = RawWebSocket.connected(node, ANA)) {
            slow.ask("\"command\":\"connect\",\"token\":\"" + ANA + "\"");
            slow.subscribe("w");
            quick.subscribe("w");
            var before = used();
            writeAll("w", quick);
            assertThat(used() - before).isLessThan(MORE_THAN_BUFFERS);
            assertThat(numbers(slow)).containsExactlyElementsOf(expected());
        }
    }

    /// Each may hold its write buffer and the frame that filled it; what is published to them
    /// meanwhile is thousands of times that.
    @Test
    void manyThatDoNotReadTakeNoMoreMemoryThanTheirBuffers() throws IOException {
        var stalled = new ArrayList<RawWebSocket>();
        try (var quick = RawWebSocket.connected(node, ANA)) {
            quick.subscribe("m");
            for (var number = 0; number < STALLED; number++) {
                var socket = new Socket();
                socket.setReceiveBufferSize(4_096);
                var slow = RawWebSocket.open(socket, node.port(), "/realtime");
                stalled.add(slow);
                slow.ask("\"command\":\"connect\",\"token\":\"" + ANA + "\"");
                slow.subscribe("m");
            }
            var buffers = used();
            var heap = heap();
            writeAll("m", quick);
            var afterFirst = used();
            for (var number = 0; number < 200; number++) {
                node.sql(
                        "select carillon.broadcast('acme', 'm', 't', to_jsonb(repeat('x', 8000)))"
                                + " from generate_series(1, 5)");
            }
            writeAll("m", quick);
            assertThat(used() - buffers).isLessThan(MORE_THAN_BUFFERS);
            assertThat(used() - afterFirst).isLessThan(MORE_THAN_BUFFERS / 2);
            // What is under way in this moment, here and in the client, is not held for long.
            var held = heap() - heap;
            for (var look = 0; look < 100 && held >= MORE_THAN_BUFFERS; look++) {
                LockSupport.parkNanos(50_000_000);
                held = heap() - heap;
            }
            assertThat(held).isLessThan(MORE_THAN_BUFFERS);
            assertThat(numbers(stalled.getFirst()).subList(0, EVENTS))
                    .containsExactlyElementsOf(expected());
        } finally {
            stalled.forEach(RawWebSocket::close);
        }
    }

    @Test
    void aStreamThatIsNotRead() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress("localhost", node.port()));
        try (socket;
                var quick = RawWebSocket.connected(node, ANA)) {
            var request =
                    "GET /events?channels=s HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Accept: text/event-stream\r\n"
                            + "Accept-Encoding: gzip\r\n"
                            + "Authorization: Bearer "
                            + ANA
                            + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    new Unchunked(socket.getInputStream()),
                                    StandardCharsets.UTF_8));
            while (!lines.readLine().equals("event: subscribed")) {}
            quick.subscribe("s");
            var before = used();
            writeAll("s", quick);
            assertThat(used() - before).isLessThan(MORE_THAN_BUFFERS);
            var numbers = new ArrayList<Long>();
            while (numbers.size() < EVENTS) {
                var line = lines.readLine();
                if (line.startsWith("data: {\"push\":\"events\"")) {
                    numbers.addAll(numbers(RawWebSocket.json(line.substring(6))));
                }
            }
            assertThat(numbers).containsExactlyElementsOf(expected());
        }
    }

    @Test
    void whoeverAsksAndReadsNoAnswerIsReadNoMore() throws Exception {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        try (var client = RawWebSocket.open(socket, node.port(), "/realtime")) {
            client.ask("\"command\":\"connect\",\"token\":\"" + ANA + "\"");
            var before = used();
            var sent = new AtomicInteger();
            var asking = Thread.ofVirtual().start(() -> ask(client, sent));
            // Until nothing moves any more: the server reads no further, so the client is stuck.
            var last = -1;
            for (var still = 0; still < 100; still = sent.get() == last ? still + 1 : 0) {
                last = sent.get();
                LockSupport.parkNanos(5_000_000);
                assertThat(used() - before).isLessThan(MORE_THAN_PIECES);
            }
            assertThat(sent).hasValueLessThan(BLOCKS);
            for (var pong = 0; pong < BLOCKS * 100; pong++) {
                assertThat(answer(client).opcode()).isEqualTo(10);
            }
            asking.join();
        }
    }

    /// @return what comes next and is no sign of life, which the server gives when it is time
    private static RawWebSocket.Frame answer(RawWebSocket client) {
        var frame = client.frame();
        while (frame.opcode() == 9 || frame.text().startsWith("{\"push\":\"ping\"")) {
            frame = client.frame();
        }
        return frame;
    }

    /// Pings, which are answered in full and not limited in number.
    private static void ask(RawWebSocket client, AtomicInteger sent) {
        var ping = RawWebSocket.frame(0x89, new byte[125]);
        var block = new byte[ping.length * 100];
        for (var index = 0; index < 100; index++) {
            System.arraycopy(ping, 0, block, index * ping.length, ping.length);
        }
        while (sent.get() < BLOCKS) {
            client.write(block);
            sent.incrementAndGet();
        }
    }

    /// 12 MB of events, and a client that reads them transaction by transaction, so that they have
    /// passed the hub one after the other.
    private static void writeAll(String channel, RawWebSocket quick) {
        var filler = "x".repeat(4_000);
        var heard = new ArrayList<Long>();
        for (var transaction = 0; transaction < TRANSACTIONS; transaction++) {
            node.sql(
                    "select carillon.emit('acme', '%s', 't', json_build_object('n', n, 'filler', '%s')::jsonb) from generate_series(%d, %d) n"
                            .formatted(channel, filler, transaction * 50, transaction * 50 + 49));
            heard.addAll(numbers(quick, 50));
        }
        assertThat(heard).containsExactlyElementsOf(expected());
    }

    private static List<Long> numbers(RawWebSocket client) {
        return numbers(client, EVENTS);
    }

    private static List<Long> numbers(RawWebSocket client, int count) {
        var numbers = new ArrayList<Long>();
        while (numbers.size() < count) {
            var message = client.next();
            if (!"ephemeral".equals(message.get("push"))) {
                numbers.addAll(numbers(message));
            }
        }
        return numbers;
    }

    private static List<Long> numbers(Map<String, Object> push) {
        assertThat(push).containsEntry("push", "events");
        return Transport.Follower.data(push).stream()
                .map(data -> (Long) ((Map<?, ?>) data).get("n"))
                .toList();
    }

    private static List<Long> expected() {
        return IntStream.range(0, EVENTS).asLongStream().boxed().toList();
    }

    /// @return bytes of objects that are held
    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// @return bytes of buffers that are held for the network
    private static long used() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
