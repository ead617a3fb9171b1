package io.carillon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/// Clients for tests of other rooms.
public final class Clients {
    private Clients() {}

    /// Somebody who follows channels.
    public interface Follower extends AutoCloseable {
        /// @return the `data` of as many events, in the order in which they came
        List<Object> events(int count);

        @Override
        void close();
    }

    /// @return a client of `/realtime` that follows the channels from now on
    public static Follower webSocket(TestNode node, String token, String... channels) {
        return follower(Transport.WEBSOCKET, node, token, channels);
    }

    /// @return a client of `/events` that follows the channels from now on
    public static Follower stream(TestNode node, String token, String... channels) {
        return follower(Transport.SSE, node, token, channels);
    }

    private static Follower follower(
            Transport transport, TestNode node, String token, String... channels) {
        var client = transport.follow(node, token, List.of(channels), null).subscribed();
        return new Follower() {
            @Override
            public List<Object> events(int count) {
                return client.events(count);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    /// Asks for a channel that is refused.
    public static void refused(TestNode node, String token, String channel) {
        try (var client = Transport.WEBSOCKET.follow(node, token, List.of(channel), null)) {
            assertThat(client.next()).containsEntry("push", "refused");
        }
    }
}
