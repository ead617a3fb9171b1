package io.carillon.transport.polling;

import io.carillon.connection.Connection;
import io.carillon.connection.OpenConnections;
import io.carillon.connection.Services;
import io.carillon.hub.Hub;
import io.carillon.identity.NodeId;
import io.carillon.transport.Follow;
import io.carillon.transport.TransportSettings;
import io.carillon.wire.json.JsonFormat;
import io.carillon.wire.json.MessageEncoder;
import io.micronaut.http.HttpResponse;

import jakarta.inject.Singleton;

import reactor.core.publisher.Mono;

import java.util.concurrent.atomic.AtomicLong;

/// Answers polls. Safe for all threads; each poll lives on its channel's event loop.
@Singleton
public final class Polls {
    /// How long a poll waits that comes while everybody is sent away: whoever polls sees no error
    /// then, but an answer, soon, and the next node gives the next one. Without a balancer the same
    /// client comes again at once.
    private static final long LAST_WAIT_MILLIS = 1_000;

    private final Hub hub;
    private final OpenConnections connections;
    private final Services services;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();

    final JsonFormat format = new JsonFormat(new PollFraming());
    final MessageEncoder messages = new MessageEncoder(new PollFraming());

    /// Bytes of messages at which a poll is answered, although more is there.
    final int room;

    public Polls(
            Hub hub,
            OpenConnections connections,
            Services services,
            TransportSettings settings,
            NodeId node) {
        this.hub = hub;
        this.connections = connections;
        this.services = services;
        this.node = node.value().substring(0, 8);
        this.room = 4 * settings.writeBuffer();
    }

    /// @param follow what is asked for
    /// @return the answer, when there is one
    public Mono<HttpResponse<?>> answer(Follow follow) {
        var loop = follow.channel().eventLoop();
        return Mono.create(sink ->
                loop.execute(() -> {
                    var poll = new Poll(this, follow, sink);
                    poll.start(connect(follow, poll));
                }));
    }

    /// On the lane: whoever joins it after it was told to drain sees that here.
    ///
    /// @return how long a poll waits that begins now
    long patience(Follow follow) {
        return connections.draining()
                ? Math.min(LAST_WAIT_MILLIS, follow.waitMillis())
                : follow.waitMillis();
    }

    private Connection connect(Follow follow, Poll poll) {
        var id = node + "-poll-" + Long.toString(numbers.incrementAndGet(), 36);
        var lane = hub.lane(follow.channel().eventLoop());
        return new Connection(services, lane, poll, id, follow.principal());
    }
}
