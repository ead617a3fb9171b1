package io.carillon.transport.engineio;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;
import java.util.List;

/// Sizes and times of `/socket.io/`; clients are told the first three in the handshake.
///
/// @param pingInterval how long after the last pong the server pings; 100 ms to 5 min
/// @param pingTimeout how long a pong may take before the session has ended; 100 ms to 5 min
/// @param maxPayload bytes of one message or of one polling request from a client; 1 KiB to 10 MiB
/// @param upgradeTimeout how long the way from polling to WebSocket may take; 100 ms to 1 min
/// @param namespaces the namespaces that there are, with a slash each; `{tenant}` at the end stands
///     for the tenant of the token
/// @param maxNamespaces namespaces that one client may be in at the same time; 1 to 100
/// @param relayTimeout how long a poll that landed on another node waits for its owner beyond the
///     time that the poll itself may take; 100 ms to 1 min
@ConfigurationProperties("carillon.socketio")
public record EngineSettings(
        @Bindable(defaultValue = "25s") Duration pingInterval,
        @Bindable(defaultValue = "20s") Duration pingTimeout,
        @Bindable(defaultValue = "100000") int maxPayload,
        @Bindable(defaultValue = "10s") Duration upgradeTimeout,
        @Bindable(defaultValue = "/,/realtime,/clinic-{tenant}") List<String> namespaces,
        @Bindable(defaultValue = "10") int maxNamespaces,
        @Bindable(defaultValue = "5s") Duration relayTimeout) {

    public EngineSettings {
        namespaces = namespaces.stream().map(String::strip).toList();
        within(
                "carillon.socketio.ping-interval",
                pingInterval,
                Duration.ofMillis(100),
                Duration.ofMinutes(5));
        within(
                "carillon.socketio.ping-timeout",
                pingTimeout,
                Duration.ofMillis(100),
                Duration.ofMinutes(5));
        within("carillon.socketio.max-payload", maxPayload, 1 << 10, 10 << 20);
        within(
                "carillon.socketio.upgrade-timeout",
                upgradeTimeout,
                Duration.ofMillis(100),
                Duration.ofMinutes(1));
        for (var namespace : namespaces) {
            if (!namespace.startsWith("/")) {
                throw new ConfigurationException(
                        "carillon.socketio.namespaces has '"
                                + namespace
                                + "': a namespace begins with a slash, such as /realtime");
            }
        }
        within("carillon.socketio.max-namespaces", maxNamespaces, 1, 100);
        within(
                "carillon.socketio.relay-timeout",
                relayTimeout,
                Duration.ofMillis(100),
                Duration.ofMinutes(1));
    }
}
