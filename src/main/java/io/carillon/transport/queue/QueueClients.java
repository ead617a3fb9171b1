package io.carillon.transport.queue;

import io.carillon.connection.Connection;
import io.carillon.connection.Services;
import io.carillon.hub.Hub;
import io.carillon.identity.NodeId;
import io.carillon.transport.TransportSettings;
import io.carillon.transport.websocket.WebSocketFraming;
import io.carillon.wire.Framing;
import io.carillon.wire.queue.QueueFormat;
import io.carillon.wire.queue.QueueMessages;
import io.netty.channel.Channel;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// What all clients of the queue share. Safe for all threads.
@Singleton
final class QueueClients implements AutoCloseable {
    /// The header with a screen's device key, for screens that are no browsers.
    static final String KEY = "Carillon-Device-Key";

    private static final int RADIX = 36;

    final TransportSettings settings;
    final Entrance entrance;
    final FrontDesk desk;
    final Pictures pictures;
    final QueueMessages messages;

    /// Runs what blocks; a virtual thread each.
    final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

    private final QueueFormat everybody;
    private final QueueFormat operators;
    private final Hub hub;
    private final Services services;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();

    QueueClients(
            TransportSettings settings,
            Entrance entrance,
            FrontDesk desk,
            Pictures pictures,
            Hub hub,
            Services services,
            NodeId node) {
        this.settings = settings;
        this.entrance = entrance;
        this.desk = desk;
        this.pictures = pictures;
        this.hub = hub;
        this.services = services;
        this.node = node.value().substring(0, 8);
        Framing framing = new WebSocketFraming();
        messages = new QueueMessages(framing);
        everybody = new QueueFormat(framing, QueueFormat.Audience.EVERYBODY);
        operators = new QueueFormat(framing, QueueFormat.Audience.OPERATORS);
    }

    /// What the handshake said.
    ///
    /// @param credential null when it comes in the first message
    /// @param cursor where to go on from, or null
    record Visit(
            String tenant,
            ClientType type,
            @Nullable Credential credential,
            @Nullable String cursor) {
        List<String> channels() {
            return switch (type) {
                case OPERATOR -> List.of(FrontDesk.CHANNEL, FrontDesk.DESK_CHANNEL);
                case GENERAL, TOTEM, DISPLAY -> List.of(FrontDesk.CHANNEL);
            };
        }
    }

    QueueClient client(Channel channel, Visit visit) {
        return new QueueClient(this, channel, visit);
    }

    QueueFormat format(ClientType type) {
        return switch (type) {
            case OPERATOR -> operators;
            case GENERAL, TOTEM, DISPLAY -> everybody;
        };
    }

    /// Attaches a client to its lane. On the channel's event loop.
    Connection attach(QueueClient client, Channel channel) {
        var id = node + "-queue-" + Long.toString(numbers.incrementAndGet(), RADIX);
        return new Connection(services, hub.lane(channel.eventLoop()), client, id, null);
    }

    @Override
    @PreDestroy
    public void close() {
        blocking.shutdownNow();
    }
}
