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
        var client = subscribed(transport, node, token, List.of(channels));
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

    /// A rule that was made a moment ago may not be known to the node yet.
    private static Transport.Follower subscribed(
            Transport transport, TestNode node, String token, List<String> channels) {
        var end = System.nanoTime() + 5_000_000_000L;
        while (true) {
            var client = transport.follow(node, token, channels, null);
            var answer = client.next();
            if ("subscribed".equals(answer.get("push"))) {
                return client;
            }
            client.close();
            assertThat(System.nanoTime()).as(answer.toString()).isLessThan(end);
        }
    }

    /// Asks for a channel that is refused.
    public static void refused(TestNode node, String token, String channel) {
        try (var client = Transport.WEBSOCKET.follow(node, token, List.of(channel), null)) {
            assertThat(client.next()).containsEntry("push", "refused");
        }
    }
}
