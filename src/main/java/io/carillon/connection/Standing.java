package io.carillon.connection;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// How a connection stands at one moment, for people who look after the node. Immutable.
///
/// @param id unique on its node
/// @param transport how it travels
/// @param tenant whose it is, or null before connect
/// @param user who it is, or null before connect
/// @param openedAt when it was attached
/// @param expiresAt when its token ends, or null before connect
/// @param channels what it follows, in the order of their names
/// @param owed whether it is owed events: it recovers, or does not read
/// @param unsentBytes what waits in this process to be written to it
public record Standing(
        String id,
        String transport,
        @Nullable String tenant,
        @Nullable String user,
        Instant openedAt,
        @Nullable Instant expiresAt,
        List<String> channels,
        boolean owed,
        long unsentBytes) {

    static Standing of(Connection connection, long ageNanos, boolean behind) {
        var who = connection.principal();
        return new Standing(
                connection.id(),
                connection.transport(),
                who == null ? null : who.tenant(),
                who == null ? null : who.user(),
                Instant.now().minusNanos(ageNanos).truncatedTo(ChronoUnit.MILLIS),
                who == null ? null : who.expiresAt(),
                connection.channels().stream().sorted().toList(),
                behind,
                connection.outlet().unsent());
    }
}
