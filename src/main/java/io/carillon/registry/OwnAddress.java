package io.carillon.registry;

import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

/// Finds out where other nodes reach this one, when its server is bound.
///
/// `carillon.node.address` where it is set; else the address that the server is bound to, or this
/// host's own where it is bound to all, and the bound port.
@Singleton
final class OwnAddress implements ApplicationEventListener<ServerStartupEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddress.class);
    private static final Set<String> ALL = Set.of("", "0.0.0.0", "::", "[::]");

    private final Registry registry;
    private final AddressSettings settings;
    private final String bound;

    OwnAddress(
            Registry registry,
            AddressSettings settings,
            @Value("${micronaut.server.host:}") @Nullable String bound) {
        this.registry = registry;
        this.settings = settings;
        this.bound = bound == null ? "" : bound.strip();
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        var given = settings.address();
        registry.address(given == null ? address(host(), event.getSource().getPort()) : given);
    }

    static String address(String host, int port) {
        var literal = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return literal + ":" + port;
    }

    private String host() {
        if (!ALL.contains(bound)) {
            return bound;
        }
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException nameless) {
            LOG.warn(
                    "this host does not know its own address, so other nodes cannot reach it: set"
                            + " carillon.node.address");
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }
}
