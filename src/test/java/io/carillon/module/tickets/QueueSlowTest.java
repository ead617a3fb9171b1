package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Clients of `/ws/{tenant}/{clientType}` that do not read while the queue moves.
@Isolated("measures the memory of buffers")
@Timeout(60)
@Tag("D2")
@Tag("F6")
class QueueSlowTest {
    private static final int WAITING = 400;
    private static final int TAKEN = 150;

    /// Pictures of the queue alone are several times as much.
    private static final long MORE_THAN_BUFFERS = 6L << 20;

    private static ModuleNode node;
    private static Person admin;
    private static String service;

    @BeforeAll
    static void start() {
        node =
                ModuleNode.start(
                        "carillon.queue.picture-gap",
                        "0ms",
                        "carillon.transport.write-buffer",
                        16_384,
                        "carillon.connection.stall-timeout",
                        "40s");
        admin = node.person("acme", "cora", "admin");
        service = admin.post("/api/queue/services", "{\"name\":\"Repairs\",\"prefix\":\"A\"}").id();
        node.node().sql(INSERT + service + " from generate_series(1, " + WAITING + ")");
    }

    private static final String INSERT =
            "insert into carillon_app.queue_ticket (tenant_id, service_id) select 'acme', ";

    @AfterAll
    static void stop() {
        node.close();
    }

    /// It is told every change once and in order when it reads again, but of the pictures only the
    /// newest: the node kept no other for it, and its neighbour missed none.
    @Test
    void whoReadsSlowlyMissesNoChangeAndTheNodeKeepsNothingForIt() throws Exception {
        node.node().awaitSeen();
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        var authorized = "Authorization: Bearer " + admin.token();
        try (var slow =
                        RawWebSocket.open(
                                socket, node.node().port(), "/ws/acme/general", authorized);
                var quick =
                        Booth.at(
                                        node.node(),
                                        "/ws/acme/general",
                                        "Authorization",
                                        "Bearer " + admin.token())
                                .in()) {
            assertThat(slow.next()).containsEntry("type", "connected");
            assertThat(waiting(slow.next())).isEqualTo(WAITING);
            var before = used();
            try (var connection = node.database().asSuperuser();
                    var statement = connection.createStatement()) {
                // Each in a transaction of its own, each followed by a picture that is seen.
                for (var ticket = 1; ticket <= TAKEN; ticket++) {
                    statement.execute(INSERT + service);
                    var waiting = WAITING + ticket;
                    quick.next(message ->
                            message.get("type").asText().equals("queue_update")
                                    && message.at("/data/waiting").size() == waiting);
                }
            }
            assertThat(used() - before).isLessThan(MORE_THAN_BUFFERS);

            var told = new ArrayList<Integer>();
            var shown = new ArrayList<Integer>();
            while (told.size() < TAKEN || shown.isEmpty() || shown.getLast() < WAITING + TAKEN) {
                var message = slow.next();
                if ("ticket_update".equals(message.get("type"))) {
                    told.add(((Number) data(message).get("ticket_number")).intValue());
                } else if ("queue_update".equals(message.get("type"))) {
                    shown.add(waiting(message));
                }
            }
            assertThat(told)
                    .isEqualTo(
                            IntStream.rangeClosed(WAITING + 1, WAITING + TAKEN).boxed().toList());
            assertThat(shown).isSorted().hasSizeLessThan(TAKEN / 2);
        }
    }

    private static Map<?, ?> data(Map<String, Object> message) {
        return (Map<?, ?>) message.get("data");
    }

    private static int waiting(Map<String, Object> message) {
        assertThat(message).containsEntry("type", "queue_update");
        return ((List<?>) data(message).get("waiting")).size();
    }

    /// @return bytes of buffers that are held for the network
    private static long used() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
