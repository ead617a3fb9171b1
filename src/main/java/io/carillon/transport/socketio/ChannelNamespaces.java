package io.carillon.transport.socketio;

import io.carillon.connection.Services;
import io.carillon.hub.Hub;
import io.carillon.identity.NodeId;
import io.carillon.transport.TransportSettings;
import io.carillon.wire.socketio.ClientEvents;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLong;

/// The product's namespaces: each is a way into a tenant's channels. Safe for all threads.
@Singleton
final class ChannelNamespaces implements Namespaces {
    private static final int RADIX = 36;

    final Services services;
    final Judge judge;
    final Sessions sessions;
    final ClientEvents events;

    /// Bytes that are held for a client on its way in.
    final int room;

    private final Hub hub;
    private final String node;
    private final AtomicLong numbers = new AtomicLong();

    ChannelNamespaces(
            Services services,
            Hub hub,
            Judge judge,
            Sessions sessions,
            ClientEvents events,
            TransportSettings settings,
            NodeId node) {
        this.services = services;
        this.hub = hub;
        this.judge = judge;
        this.sessions = sessions;
        this.events = events;
        this.room = settings.writeBuffer();
        this.node = node.value().substring(0, 8);
    }

    @Override
    public @Nullable Attachment enter(Client client, String namespace, @Nullable String auth) {
        if (!judge.exists(namespace)) {
            return null;
        }
        var id = node + "-s" + Long.toString(numbers.incrementAndGet(), RADIX);
        var lane = hub.lane(client.session().loop());
        return new ChannelAttachment(this, client, namespace, lane, id).enter(Auth.of(auth));
    }
}
