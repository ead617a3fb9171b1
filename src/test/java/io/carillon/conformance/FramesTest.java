package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket.Frame;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a client may do to frames, and with which close code it ends.
@Timeout(60)
class FramesTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start("carillon.connection.max-subscriptions", 3);
        node.open("a", "b", "c", "d");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aMessageInFragmentsIsOneMessage() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, bytes("{\"id\":1,")));
            client.write(RawWebSocket.frame(0x89, bytes("between")));
            client.write(RawWebSocket.frame(0x00, bytes("\"command\":")));
            client.write(RawWebSocket.frame(0x80, bytes("\"ping\"}")));
            assertThat(client.frame())
                    .extracting(Frame::opcode, Frame::text)
                    .containsExactly(10, "between");
            assertThat(client.next()).containsEntry("reply", 1L).containsEntry("ok", true);
        }
    }

    @Test
    void aCharacterMayBeSplitBetweenFragments() {
        var text = bytes("{\"id\":1,\"command\":\"é\"}");
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, java.util.Arrays.copyOf(text, 20)));
            client.write(
                    RawWebSocket.frame(0x80, java.util.Arrays.copyOfRange(text, 20, text.length)));
            assertThat(client.next().toString()).contains("unknown_command");
        }
    }

    @Test
    void aFrameMayComeByteByByte() {
        try (var client = open()) {
            for (var single : RawWebSocket.frame(0x81, bytes("{\"id\":1,\"command\":\"ping\"}"))) {
                client.write(single);
            }
            assertThat(client.next()).containsEntry("reply", 1L);
        }
    }

    @Test
    void pingsAreAnsweredWithTheirPayload() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x89, bytes("x".repeat(125))));
            assertThat(client.frame())
                    .extracting(Frame::opcode, Frame::text)
                    .containsExactly(10, "x".repeat(125));
        }
    }

    @Test
    void binaryIsClosedWith4102() {
        assertThat(codeAfter(RawWebSocket.frame(0x82, bytes("{}")))).isEqualTo(4102);
    }

    @Test
    void aMessageOverTheLimitIsClosedWith4101() {
        assertThat(codeAfter(RawWebSocket.frame(0x81, new byte[65_537]))).isEqualTo(4101);
    }

    @Test
    void fragmentsOverTheLimitAreClosedWith4101() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, new byte[40_000]));
            client.write(RawWebSocket.frame(0x80, new byte[40_000]));
            assertThat(client.closed()).isEqualTo(4101);
        }
    }

    @Test
    void textThatIsNoUtf8IsClosedWith1007() {
        assertThat(codeAfter(RawWebSocket.frame(0x81, new byte[] {'"', (byte) 0xc3, '"'})))
                .isEqualTo(1007);
        assertThat(
                        codeAfter(
                                RawWebSocket.frame(
                                        0x81, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})))
                .isEqualTo(1007);
    }

    @Test
    void whatIsNotTheFramingProtocolIsClosedWith1002() {
        byte[] unmasked = {(byte) 0x81, 2, '{', '}'};
        byte[] reserved = RawWebSocket.frame(0xc1, bytes("{}"));
        byte[] opcode = RawWebSocket.frame(0x83, bytes("{}"));
        byte[] continuation = RawWebSocket.frame(0x80, bytes("{}"));
        byte[] fragmentedPing = RawWebSocket.frame(0x09, bytes("{}"));
        byte[] longPing = RawWebSocket.frame(0x89, new byte[126]);
        byte[] negative = {(byte) 0x81, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4};
        byte[] halfCode = RawWebSocket.frame(0x88, new byte[] {3});
        byte[] wrongCode = RawWebSocket.frame(0x88, new byte[] {0, 1});
        for (var bytes :
                List.of(
                        unmasked,
                        reserved,
                        opcode,
                        continuation,
                        fragmentedPing,
                        longPing,
                        negative,
                        halfCode,
                        wrongCode)) {
            assertThat(codeAfter(bytes)).isEqualTo(1002);
        }
    }

    @Test
    void aTextInTheMiddleOfATextIsClosedWith1002() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x01, bytes("{")));
            client.write(RawWebSocket.frame(0x81, bytes("{}")));
            assertThat(client.closed()).isEqualTo(1002);
        }
    }

    @Test
    void aCloseIsAnsweredAndTheChannelEnds() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x88, new byte[] {3, (byte) 0xe8}));
            assertThat(client.closed()).isEqualTo(1000);
            assertThat(client.ended()).isTrue();
        }
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x88, new byte[0]));
            assertThat(client.frame())
                    .extracting(Frame::opcode, Frame::text)
                    .containsExactly(8, "");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aClientThatAnswersOurCloseIsLetGoAtOnce() {
        try (var client = open()) {
            client.write(RawWebSocket.frame(0x82, bytes("{}")));
            assertThat(client.closed()).isEqualTo(4102);
            client.write(RawWebSocket.frame(0x88, new byte[] {0x10, 0x06}));
            assertThat(client.ended()).isTrue();
        }
    }

    private static int codeAfter(byte[] frame) {
        try (var client = open()) {
            client.write(frame);
            return client.closed();
        }
    }

    private static RawWebSocket open() {
        return RawWebSocket.open(node.port(), "/realtime");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
