package io.carillon.transport.sse;

import io.carillon.connection.Connection;
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

/// Opens event streams. Safe for all threads; each stream lives on its channel's event loop.
@Singleton
public final class EventStreams {
    private final Hub hub;
    private final Services services;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();

    final TransportSettings settings;
    final JsonFormat format = new JsonFormat(new SseFraming());
    final MessageEncoder messages = new MessageEncoder(new SseFraming());

    public EventStreams(Hub hub, Services services, TransportSettings settings, NodeId node) {
        this.hub = hub;
        this.services = services;
        this.node = node.value().substring(0, 8);
        this.settings = settings;
    }

    /// @param follow what is asked for
    /// @return the response: a stream, or a refusal when the command was refused before anything
    ///     was sent
    public Mono<HttpResponse<?>> open(Follow follow) {
        var loop = follow.channel().eventLoop();
        return Mono.create(sink ->
                loop.execute(() -> {
                    var stream = new EventStream(this, follow, sink);
                    stream.start(connect(follow, stream));
                }));
    }

    private Connection connect(Follow follow, EventStream stream) {
        var id = node + "-sse-" + Long.toString(numbers.incrementAndGet(), 36);
        var lane = hub.lane(follow.channel().eventLoop());
        return new Connection(services, lane, stream, id, follow.principal());
    }
}
