package io.carillon.wire.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.transport.engineio.Payloads;
import io.carillon.wire.socketio.PacketDecoder.Decoded;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.EnumMap;

/// A million packets through the decoder: nothing is thrown, nothing piles up, every fault is met.
@Timeout(300)
class PacketFuzzTest {
    private static final int PACKETS = 1_000_000;
    private static final int PER_SEED = 1_000;

    @Test
    @Tag("A8")
    void noPacketBreaksTheDecoder() {
        var faults = new EnumMap<PacketFault, Integer>(PacketFault.class);
        var whole = 0;
        for (var seed = 0; seed < PACKETS / PER_SEED; seed++) {
            var maker = new PacketMaker(seed);
            var decoder = new PacketDecoder();
            for (var number = 0; number < PER_SEED; number++) {
                var decoded =
                        decoder.waits() && !maker.chance(10)
                                ? decoder.binary(maker.bytes())
                                : text(decoder, maker);
                switch (decoded) {
                    case Decoded.Whole(var packet) -> {
                        assertThat(packet.namespace()).startsWith("/");
                        whole++;
                    }
                    case Decoded.More() -> assertThat(decoder.waits()).isTrue();
                    case Decoded.Bad(var fault) -> {
                        faults.merge(fault, 1, Integer::sum);
                        // As a session does: the client is gone.
                        decoder = new PacketDecoder();
                    }
                }
            }
        }
        assertThat(whole).isGreaterThan(PACKETS / 4);
        assertThat(faults)
                .containsKeys(
                        PacketFault.TYPE,
                        PacketFault.NAMESPACE,
                        PacketFault.ACK_ID,
                        PacketFault.ATTACHMENTS,
                        PacketFault.PLACEHOLDER,
                        PacketFault.PAYLOAD,
                        PacketFault.EVENT_NAME,
                        PacketFault.BINARY);
    }

    private static Decoded text(PacketDecoder decoder, PacketMaker maker) {
        var packets = Payloads.split(maker.packet());
        return decoder.text(packets.getFirst());
    }
}
