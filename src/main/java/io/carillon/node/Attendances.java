package io.carillon.node;

import io.carillon.auth.ChannelRules;
import io.carillon.channel.Event;
import io.carillon.database.Database;
import io.carillon.hub.Batch;
import io.carillon.hub.Hub;
import io.carillon.hub.Observer;
import io.carillon.identity.NodeId;
import io.carillon.limit.Limits;
import io.carillon.presence.Exposure;
import io.carillon.presence.Presence;
import io.carillon.presence.PresenceSettings;
import io.carillon.registry.Nodes;
import io.carillon.registry.Registry;
import io.carillon.registry.RegistrySettings;
import io.carillon.registry.Roll;
import io.carillon.tail.Tail;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;

import jakarta.inject.Singleton;

import java.util.List;

/// Registry and presence. They start after the tail, which inserts the node's row, and stop before
/// it takes the row away: so a node that stops says goodbye in the name that it had.
@Factory
final class Attendances {
    /// @param limits of all nodes together are shared out among those that live
    @Singleton
    Nodes nodes(NodeId node, Limits limits) {
        var nodes = new Nodes(node);
        nodes.whenChanged(live -> limits.nodes(live.size()));
        return nodes;
    }

    /// @param before has inserted the node's row
    @Context
    @Bean(preDestroy = "close")
    Registry registry(
            Database database, NodeId node, Nodes nodes, RegistrySettings settings, Tail before) {
        var registry = new Registry(database, node, nodes, settings);
        registry.start();
        return registry;
    }

    @Singleton
    Roll roll(Registry registry, RegistrySettings settings) {
        return new Roll(registry, settings);
    }

    @Context
    @Bean(preDestroy = "close")
    Presence presence(
            Database database,
            Hub hub,
            Registry registry,
            Roll roll,
            ChannelRules rules,
            RegistrySettings sizes,
            PresenceSettings settings) {
        var presence = new Presence(database, registry, roll, new Rules(rules), sizes, settings);
        hub.observe(new Hints(presence));
        presence.start();
        return presence;
    }

    private record Rules(ChannelRules rules) implements Exposure {
        @Override
        public Shown shown(String channel) {
            var shown = rules.presence(channel);
            return shown == null ? Shown.UNKNOWN : shown ? Shown.YES : Shown.NO;
        }

        @Override
        public void refresh() {
            rules.refresh();
        }
    }

    /// From the tail to presence.
    private record Hints(Presence presence) implements Observer {
        @Override
        public void published(Batch batch) {}

        @Override
        public void restarted(Batch first) {
            presence.missed();
        }

        @Override
        public void told(List<Event> events) {
            for (var event : events) {
                if (event.type().equals(Presence.HINT)) {
                    presence.changed(event.key());
                }
            }
        }

        @Override
        public void untold() {
            presence.missed();
        }
    }
}
