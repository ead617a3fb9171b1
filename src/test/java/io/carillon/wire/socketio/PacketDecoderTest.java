package io.carillon.wire.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.wire.socketio.PacketDecoder.Decoded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// What a client's packet says, by the examples of the protocol's document and by its mistakes.
class PacketDecoderTest {
    private static Packet whole(String text) {
        return ((Decoded.Whole) new PacketDecoder().text(text)).packet();
    }

    @Test
    void connectsMayBringAnObject() {
        assertThat(whole("0")).isEqualTo(new Packet.Connect("/", null));
        assertThat(whole("0{\"token\":\"123\"}"))
                .isEqualTo(new Packet.Connect("/", "{\"token\":\"123\"}"));
        assertThat(whole("0/custom,")).isEqualTo(new Packet.Connect("/custom", null));
        assertThat(whole("0/custom")).isEqualTo(new Packet.Connect("/custom", null));
        assertThat(whole("0/clinic-7,{\"token\":\"123\"}"))
                .isEqualTo(new Packet.Connect("/clinic-7", "{\"token\":\"123\"}"));
    }

    @Test
    void whatIsBroughtIsNotWrittenAnywhere() {
        assertThat(whole("0{\"token\":\"123\"}").toString()).doesNotContain("123");
    }

    @Test
    void disconnectsSayNothing() {
        assertThat(whole("1")).isEqualTo(new Packet.Disconnect("/"));
        assertThat(whole("1/admin,")).isEqualTo(new Packet.Disconnect("/admin"));
    }

    @Test
    void eventsKeepTheirArgumentsAsTheyStand() {
        assertThat(whole("2[\"foo\"]"))
                .isEqualTo(new Packet.Event("/", null, "foo", List.of(), List.of()));
        assertThat(whole("2/admin,12[\"bar\", 1 ,\"2\",{\"3\": [true]},null]"))
                .isEqualTo(
                        new Packet.Event(
                                "/admin",
                                12L,
                                "bar",
                                List.of("1", "\"2\"", "{\"3\": [true]}", "null"),
                                List.of()));
    }

    @Test
    void numbersAreNamesToo() {
        assertThat(((Packet.Event) whole("2[1,2]")).name()).isEqualTo("1");
    }

    @Test
    void acksNeedANumber() {
        assertThat(whole("3/admin,456[1]"))
                .isEqualTo(new Packet.Ack("/admin", 456, List.of("1"), List.of()));
        assertThat(new PacketDecoder().text("3[1]")).isEqualTo(new Decoded.Bad(PacketFault.ACK_ID));
    }

    @Test
    void attachmentsAreWaitedFor() {
        var decoder = new PacketDecoder();
        var text =
                "52-/admin,7[\"baz\",{\"_placeholder\":true,\"num\":0},[{\"_placeholder\":true,\"num\":1}]]";
        assertThat(decoder.text(text)).isEqualTo(new Decoded.More());
        assertThat(decoder.binary(new byte[] {1})).isEqualTo(new Decoded.More());
        assertThat(decoder.waits()).isTrue();
        var event = (Packet.Event) ((Decoded.Whole) decoder.binary(new byte[] {2, 3})).packet();
        assertThat(event.ack()).isEqualTo(7);
        assertThat(event.attachments()).containsExactly(new byte[] {1}, new byte[] {2, 3});
        assertThat(decoder.waits()).isFalse();
    }

    @Test
    void aBinaryPacketWithoutAttachmentsIsWhole() {
        assertThat(whole("50-[\"a\"]")).isInstanceOf(Packet.Event.class);
    }

    @Test
    void textAndBinaryComeInTurn() {
        var decoder = new PacketDecoder();
        assertThat(decoder.binary(new byte[1])).isEqualTo(new Decoded.Bad(PacketFault.BINARY));
        decoder.text("51-[\"a\",{\"_placeholder\":true,\"num\":0}]");
        assertThat(decoder.text("2[\"a\"]")).isEqualTo(new Decoded.Bad(PacketFault.BINARY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | TYPE",
                "abc | TYPE",
                "7[\"a\"] | TYPE",
                "4{\"message\":\"no\"} | TYPE",
                "0[] | PAYLOAD",
                "0\"text\" | PAYLOAD",
                "0{ | PAYLOAD",
                "0{}{} | PAYLOAD",
                "01{} | PAYLOAD",
                "1{} | PAYLOAD",
                "1/admin,{} | PAYLOAD",
                "2 | PAYLOAD",
                "2{} | PAYLOAD",
                "2\"a\" | PAYLOAD",
                "2[\"a\"]x | PAYLOAD",
                "2[\"a\",] | PAYLOAD",
                "2[\"a\",1e999] | PAYLOAD",
                "2[\"a\",\"\\ud800\"] | PAYLOAD",
                "2[] | EVENT_NAME",
                "2[null] | EVENT_NAME",
                "2[{}] | EVENT_NAME",
                "2[\"\"] | EVENT_NAME",
                "2[\"connect\"] | EVENT_NAME",
                "2[\"disconnecting\"] | EVENT_NAME",
                "2abc[\"a\"] | PAYLOAD",
                "29007199254740992[\"a\"] | ACK_ID",
                "299999999999999999999[\"a\"] | ACK_ID",
                "2٣[\"a\"] | ACK_ID",
                "5[\"a\"] | ATTACHMENTS",
                "5-[\"a\"] | ATTACHMENTS",
                "5x-[\"a\"] | ATTACHMENTS",
                "511-[\"a\"] | ATTACHMENTS",
                "51000-[\"a\"] | ATTACHMENTS",
                "51-[\"a\"] | PLACEHOLDER",
                "51-[\"a\",{\"_placeholder\":true,\"num\":1}] | PLACEHOLDER",
                "51-[\"a\",{\"_placeholder\":true,\"num\":-1}] | PLACEHOLDER",
                "51-[\"a\",{\"_placeholder\":true}] | PLACEHOLDER"
            })
    void mistakesAreNamed(String text, PacketFault fault) {
        assertThat(new PacketDecoder().text(text)).isEqualTo(new Decoded.Bad(fault));
    }

    @ParameterizedTest
    @ValueSource(ints = {PacketDecoder.MAX_ARGUMENTS, PacketDecoder.MAX_ARGUMENTS + 1})
    void argumentsHaveABound(int count) {
        var decoded = new PacketDecoder().text("2[\"a\"" + ",0".repeat(count) + "]");
        if (count == PacketDecoder.MAX_ARGUMENTS) {
            assertThat(decoded).isInstanceOf(Decoded.Whole.class);
        } else {
            assertThat(decoded).isEqualTo(new Decoded.Bad(PacketFault.PAYLOAD));
        }
    }

    @Test
    void namesAndNamespacesHaveABound() {
        assertThat(new PacketDecoder().text("0/" + "n".repeat(200)))
                .isEqualTo(new Decoded.Bad(PacketFault.NAMESPACE));
        assertThat(new PacketDecoder().text("2[\"" + "n".repeat(201) + "\"]"))
                .isEqualTo(new Decoded.Bad(PacketFault.EVENT_NAME));
    }

    @Test
    void nestingHasABound() {
        var deep = "[".repeat(40) + "]".repeat(40);
        assertThat(new PacketDecoder().text("2[\"a\"," + deep + "]"))
                .isEqualTo(new Decoded.Bad(PacketFault.PAYLOAD));
    }
}
