package io.carillon.transport;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Sizes and deadlines of transports.
///
/// @param maxMessage bytes of one message from a client, fragments together; 1 KiB to 1 MiB
/// @param writeBuffer bytes that may wait to be written to one client before it counts as slow; it
///     is writable again at half of that; 4 KiB to 16 MiB
/// @param handshakeTimeout how long a new channel may take until its first request has been read; 1
///     s to 1 min
/// @param closeTimeout how long a client may take to answer a close frame; 100 ms to 1 min
/// @param maxWait how long a poll waits at most when nothing happens; 0 s to 1 min
@ConfigurationProperties("carillon.transport")
public record TransportSettings(
        @Bindable(defaultValue = "65536") int maxMessage,
        @Bindable(defaultValue = "65536") int writeBuffer,
        @Bindable(defaultValue = "10s") Duration handshakeTimeout,
        @Bindable(defaultValue = "5s") Duration closeTimeout,
        @Bindable(defaultValue = "25s") Duration maxWait) {

    public TransportSettings {
        within("carillon.transport.max-message", maxMessage, 1 << 10, 1 << 20);
        within("carillon.transport.write-buffer", writeBuffer, 4 << 10, 16 << 20);
        within(
                "carillon.transport.handshake-timeout",
                handshakeTimeout,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
        within(
                "carillon.transport.close-timeout",
                closeTimeout,
                Duration.ofMillis(100),
                Duration.ofMinutes(1));
        within("carillon.transport.max-wait", maxWait, Duration.ZERO, Duration.ofMinutes(1));
    }
}
