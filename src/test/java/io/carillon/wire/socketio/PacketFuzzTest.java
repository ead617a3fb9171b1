package io.carillon.wire.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.transport.engineio.Payloads;
import io.carillon.wire.socketio.PacketDecoder.Decoded;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import java.util.EnumMap;

/// Packets and payloads from seeds through the decoders: nothing is thrown, nothing piles up, every
/// fault is met. A share in `mvn verify`; `-Dcarillon.fuzz.packets=2000000` is the long run, and
/// `-Dcarillon.fuzz.seed=…` begins with other seeds.
@Timeout(600)
@Isolated("measures memory")
class PacketFuzzTest {
    private static final int PACKETS = Integer.getInteger("carillon.fuzz.packets", 150_000);
    private static final int FIRST_SEED = Integer.getInteger("carillon.fuzz.seed", 0);
    private static final int PER_SEED = 1_000;
    private static final long MOST_LEFT = 16 << 20;

    @Test
    @Tag("A8")
    void noPacketBreaksTheDecoder() {
        var faults = new EnumMap<PacketFault, Integer>(PacketFault.class);
        var whole = 0;
        var before = used();
        for (var seed = 0; seed < PACKETS / PER_SEED; seed++) {
            var maker = new PacketMaker(FIRST_SEED + seed);
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
        assertThat(used() - before).as("bytes that stay").isLessThan(MOST_LEFT);
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

    /// As polls bring them: packets of Engine.IO in one text, whole, bitten, cut, with separators
    /// where none belong.
    @Test
    @Tag("A8")
    void noPayloadBreaksWhatSplitsIt() {
        for (var seed = 0; seed < PACKETS / PER_SEED; seed++) {
            var maker = new PacketMaker(FIRST_SEED + seed);
            for (var number = 0; number < PER_SEED / 4; number++) {
                var payload = maker.payload();
                var packets = Payloads.split(payload);
                assertThat(String.join("\u001e", packets)).isEqualTo(payload);
                var decoder = new PacketDecoder();
                for (var packet : packets) {
                    if (packet.startsWith("4")
                            && decoder.text(packet.substring(1)) instanceof Decoded.Bad) {
                        decoder = new PacketDecoder();
                    }
                }
            }
        }
    }

    private static long used() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Decoded text(PacketDecoder decoder, PacketMaker maker) {
        var packets = Payloads.split(maker.packet());
        return decoder.text(packets.getFirst());
    }
}
