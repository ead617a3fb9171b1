package io.carillon.transport.websocket;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.websocket.NettyServerWebSocketUpgradeHandler;
import io.netty.channel.Channel;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import java.util.List;

/// Puts a [Router] in front of Micronaut's request handler in every HTTP/1 pipeline of the server,
/// and behind it the [Neighbour]s.
@Singleton
final class Doorway implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final Provider<Realtime> realtime;
    private final BeanProvider<Neighbour> neighbours;

    Doorway(Provider<Realtime> realtime, BeanProvider<Neighbour> neighbours) {
        this.realtime = realtime;
        this.neighbours = neighbours;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(
            BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new Listening(realtime.get(), neighbours.stream().toList()));
        return event.getBean();
    }

    /// The listening channel's customizer; it makes one for each connection.
    private record Listening(Realtime realtime, List<Neighbour> neighbours)
            implements NettyServerCustomizer {
        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new Opened(this, channel) : this;
        }
    }

    private record Opened(Listening door, Channel channel) implements NettyServerCustomizer {
        @Override
        public void onStreamPipelineBuilt() {
            var pipeline = channel.pipeline();
            if (pipeline.get(NettyServerWebSocketUpgradeHandler.COMPRESSION_HANDLER) != null) {
                // permessage-deflate costs 93 KB per connection: off for the framework's too.
                pipeline.remove(NettyServerWebSocketUpgradeHandler.COMPRESSION_HANDLER);
            }
            if (pipeline.get(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC) != null) {
                pipeline.addBefore(
                        ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
                        "carillon-router",
                        new Router(door.realtime));
                for (var neighbour : door.neighbours) {
                    pipeline.addBefore(
                            ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
                            neighbour.name(),
                            neighbour.handler());
                }
            }
        }
    }
}
