package io.carillon.node;

import io.carillon.channel.Inspector;
import io.carillon.database.Database;
import io.carillon.hub.Hub;
import io.carillon.hub.HubSettings;
import io.carillon.identity.NodeId;
import io.carillon.tail.Tail;
import io.carillon.tail.TailSettings;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.exceptions.ConfigurationException;

import jakarta.inject.Singleton;

import java.time.Duration;

/// The way of an event through one node: log, tail, hub. Started before the server takes
/// connections, so that nobody finds a hub that knows nothing yet.
@Factory
final class Spine {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Singleton
    NodeId nodeId() {
        return NodeId.random();
    }

    @Singleton
    Hub hub(HubSettings settings) {
        return new Hub(settings.ring());
    }

    @Context
    @Bean(preDestroy = "close")
    Tail tail(Database database, Hub hub, NodeId node, TailSettings settings, Inspector inspector)
            throws InterruptedException {
        var tail = new Tail(database, hub, node, settings, inspector);
        tail.start();
        if (!tail.awaitReady(PATIENCE)) {
            tail.close();
            throw new ConfigurationException(
                    "the event log could not be read within " + PATIENCE.toSeconds() + " s");
        }
        return tail;
    }
}
