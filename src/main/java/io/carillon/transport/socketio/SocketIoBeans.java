package io.carillon.transport.socketio;

import io.carillon.auth.Origins;
import io.carillon.connection.OpenConnections;
import io.carillon.connection.Settings;
import io.carillon.identity.NodeId;
import io.carillon.peer.Peers;
import io.carillon.transport.TransportSettings;
import io.carillon.transport.engineio.Engine;
import io.carillon.transport.engineio.EngineDoor;
import io.carillon.transport.engineio.EngineSettings;
import io.carillon.transport.engineio.PeerRelay;
import io.carillon.transport.engineio.Relay;
import io.carillon.transport.engineio.RelayedRequests;
import io.carillon.transport.websocket.Neighbour;
import io.carillon.transport.websocket.Terms;
import io.micronaut.context.annotation.Factory;
import io.netty.channel.ChannelHandler;

import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/// `/socket.io/` on the product's HTTP port.
@Factory
final class SocketIoBeans {
    private static final String PATH = "/socket.io/";

    @Singleton
    Engine.Door door(
            NodeId node,
            Origins origins,
            OpenConnections connections,
            Peers peers,
            EngineSettings settings) {
        return new Engine.Door(node, origins, connections::welcome, new PeerRelay(peers, settings));
    }

    @Singleton
    @Named("engineio.poll")
    RelayedRequests polls(Provider<Engine> engine) {
        return new RelayedRequests(Relay.Kind.POLL, engine);
    }

    @Singleton
    @Named("engineio.post")
    RelayedRequests posts(Provider<Engine> engine) {
        return new RelayedRequests(Relay.Kind.POST, engine);
    }

    @Singleton
    Engine engine(
            EngineSettings settings,
            TransportSettings transport,
            Settings connection,
            Engine.Door door,
            ChannelNamespaces namespaces) {
        var terms =
                Terms.of(settings.maxPayload(), transport.writeBuffer(), transport.closeTimeout());
        var limits =
                new SocketIo.Limits(
                        connection.connectTimeout(),
                        settings.maxNamespaces(),
                        connection.commandRate(),
                        connection.commandBurst());
        var application = new SocketIo(namespaces, limits);
        return new Engine(PATH, settings, terms, door, application);
    }

    @Singleton
    Neighbour neighbour(Engine engine) {
        return new Neighbour() {
            @Override
            public String name() {
                return "carillon-engine";
            }

            @Override
            public ChannelHandler handler() {
                return new EngineDoor(engine);
            }
        };
    }
}
