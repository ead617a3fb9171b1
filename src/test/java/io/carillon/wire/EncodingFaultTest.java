package io.carillon.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.hub.Format;
import io.carillon.hub.Run;
import io.carillon.wire.json.JsonFormat;
import io.carillon.wire.socketio.EventNames;
import io.carillon.wire.socketio.SocketIoFormat;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What cannot be encoded takes no memory with it.
@Tag("F6")
class EncodingFaultTest {
    private static final ChannelKey KEY = new ChannelKey("acme", "orders");
    private static final Run RUN = Run.ephemeral(KEY, List.of(event(1), event(2)));

    private static Event event(long id) {
        return new Event(id, id, "acme", "orders", "t", "{}", null, null, null, Instant.EPOCH);
    }

    @Test
    void whatJsonHasBegunIsReleased() {
        var framing = new Faulty(1);
        fails(new JsonFormat(framing), framing);
    }

    @Test
    void whatSocketIoHasBegunIsReleasedAndWhatItHadDoneBefore() {
        var framing = new Faulty(2);
        fails(new SocketIoFormat(framing, "/", EventNames.PLAIN), framing);
        assertThat(framing.begun).hasSize(2);
    }

    private static void fails(Format format, Faulty framing) {
        assertThatThrownBy(() -> format.encode(RUN)).isInstanceOf(AssertionError.class);
        assertThat(framing.begun).isNotEmpty().allMatch(out -> out.refCnt() == 0);
    }

    /// Fails at the end of one frame.
    private static final class Faulty implements Framing {
        final List<ByteBuf> begun = new ArrayList<>();
        private final int last;

        Faulty(int last) {
            this.last = last;
        }

        @Override
        public void begin(ByteBuf out, String kind, @Nullable String cursor) {
            begun.add(out);
        }

        @Override
        public void end(ByteBuf out) {
            if (begun.size() == last) {
                throw new AssertionError("as the test wants it");
            }
        }
    }
}
