package io.carillon.aws;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;

import java.io.IOException;
import java.net.InetAddress;

/// Goes in time. ECS takes a task out of its load balancer first and sends SIGTERM only when the
/// balancer has let go of it; with connections that live for hours that is when the balancer has
/// cut them all at once. So the node looks at its own state in the target group, and once it is
/// taken out it does what it does at SIGTERM: clients are sent away in turn, while the balancer
/// still leaves them alone.
///
/// Its own virtual thread; one small request every `carillon.aws.farewell.every`. Where the request
/// fails, SIGTERM comes as ever.
@Context
@Requires(property = "carillon.aws.farewell.target-group", pattern = ".+")
final class TargetWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetWatch.class);

    private final FarewellSettings settings;
    private final TargetHealth health;
    private final EmbeddedServer server;
    private final Departure departure;
    private final Thread watcher;
    private boolean gone;

    /// How one goes; SIGTERM to oneself unless a bean says otherwise.
    @FunctionalInterface
    interface Departure {
        void begin();
    }

    TargetWatch(
            FarewellSettings settings,
            TargetHealth health,
            EmbeddedServer server,
            Departure departure) {
        this.settings = settings;
        this.health = health;
        this.server = server;
        this.departure = departure;
        this.watcher = Rounds.start("carillon-farewell", settings.every(), this::round);
    }

    private void round() throws InterruptedException {
        if (gone || !server.isRunning()) {
            return;
        }
        try {
            var address = InetAddress.getLocalHost().getHostAddress();
            if (health.draining(settings.targetGroup(), address, server.getPort())) {
                gone = true;
                LOG.info("the load balancer takes this node out: going");
                departure.begin();
            }
        } catch (SdkException | IOException failed) {
            LOG.debug("own state in the target group is not known", failed);
        }
    }

    @Override
    @PreDestroy
    public void close() {
        Rounds.stop(watcher);
    }
}
