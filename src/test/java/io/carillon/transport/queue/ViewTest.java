package io.carillon.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.connection.Disconnect;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.transport.websocket.WebSocketFraming;
import io.carillon.wire.queue.QueueMessages;
import io.netty.buffer.ByteBuf;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Pictures go out in the order in which they were read.
class ViewTest {
    private static final QueueMessages MESSAGES = new QueueMessages(new WebSocketFraming());
    private static final Pattern NAME = Pattern.compile("S[0-9]");

    private final Pipe pipe = new Pipe();
    private final View view = new View(pipe, ClientType.DISPLAY);

    private static final class Pipe implements Outlet {
        private final List<String> written = new ArrayList<>();
        private boolean writable = true;

        @Override
        public boolean writable() {
            return writable;
        }

        @Override
        public void write(ByteBuf frame) {
            var matcher = NAME.matcher(frame.toString(StandardCharsets.UTF_8));
            assertThat(matcher.find()).isTrue();
            written.add(matcher.group());
            frame.release();
        }

        @Override
        public void flush() {}

        @Override
        public Format format() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(Message message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(Disconnect reason) {
            throw new UnsupportedOperationException();
        }
    }

    private static Showing showing(int number) {
        var body = "{\"name\":\"S" + number + "\"}";
        return new Showing(new Picture("c", "t", body, body, Instant.EPOCH), number, MESSAGES);
    }

    @Test
    void whatWaitedIsForgottenWhenANewerOneWentOut() {
        pipe.writable = false;
        view.show(showing(1));
        pipe.writable = true;
        view.show(showing(2));
        view.drained();
        assertThat(pipe.written).containsExactly("S2");
    }

    @Test
    void anOlderOneThatComesLateIsPassedOver() {
        view.show(showing(2));
        view.show(showing(1));
        pipe.writable = false;
        view.show(showing(1));
        pipe.writable = true;
        view.drained();
        assertThat(pipe.written).containsExactly("S2");
    }

    @Test
    void theNewestOfThoseThatWaitedGoesOutAndTheSameAgainWhenAsked() {
        pipe.writable = false;
        view.show(showing(1));
        view.show(showing(3));
        view.show(showing(2));
        pipe.writable = true;
        view.drained();
        view.drained();
        view.show(showing(3));
        assertThat(pipe.written).containsExactly("S3", "S3");
    }
}
