package io.carillon.node;

import io.carillon.connection.OpenConnections;
import io.micronaut.http.server.netty.NettyEmbeddedServer;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How a node goes so that nobody notices. The order is the point:
///
/// 1. Readiness goes down, and nothing else changes for `carillon.drain.notice`: a balancer learns
/// of it by its next checks, and what it still sends until then is served as ever. Shutting the
/// door first would show its clients refusals.
/// 2. The door shuts for whoever would stay (503 with `Retry-After`), and those who are there are
/// told when to come back, spread over `carillon.drain.spread`, so that the other nodes get them
/// one by one and answer them from memory. Polls are answered, those that come now too, quickly and
/// with `Connection: close`. The port stays open: a check that is refused and one that is answered
/// "not ready" are the same to a balancer, but not to a client that it had sent already.
/// 3. Only then does the port close. Requests under way get their answers ([NettyEmbeddedServer]'s
/// graceful shutdown: idle channels close, busy ones after their answer).
///
/// The caller then ends the process; the context closes in reverse order of the start: hub and tail
/// before the pool, the embedded Postgres last. Until then events flow, so that whoever has not
/// left yet misses nothing.
///
/// Blocks; once. [#hurry], from any thread, or the deadline skips what is left of the waits.
@Singleton
public final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private final OpenConnections connections;
    private final NettyEmbeddedServer server;
    private final DrainSettings settings;
    private final Thread going = Thread.ofVirtual().name("carillon-departure").unstarted(this::go);

    Departure(OpenConnections connections, NettyEmbeddedServer server, DrainSettings settings) {
        this.connections = connections;
        this.server = server;
        this.settings = settings;
    }

    /// Sends everybody away; when it returns, the port is closed, or closing where it was hurried.
    public void leave() throws InterruptedException {
        going.start();
        if (!going.join(settings.deadline())) {
            LOG.warn("not everybody has left within {}: going now", settings.deadline());
            going.interrupt();
            going.join();
        }
    }

    /// No more waiting. Without effect before [#leave].
    public void hurry() {
        going.interrupt();
    }

    private void go() {
        connections.announce();
        LOG.info(
                "leaving: not ready from now on, {} connections in {}",
                connections.count(),
                settings.notice());
        if (waited()) {
            var told = connections.drainAll(settings.spread());
            LOG.info("leaving: {} connections were sent away", told);
        }
        closePort();
    }

    private boolean waited() {
        try {
            Thread.sleep(settings.notice());
            return true;
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void closePort() {
        var closing = server.shutdownGracefully().toCompletableFuture();
        try {
            closing.get(settings.deadline().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException left) {
            LOG.warn("leaving: requests under way are cut", left);
        }
    }
}
