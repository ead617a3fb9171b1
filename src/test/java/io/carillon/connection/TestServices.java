package io.carillon.connection;

import io.carillon.identity.Principal;
import io.carillon.log.History;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executor;

/// What a connection in memory needs besides its client and its hub.
final class TestServices {
    static final Duration MINUTE = Duration.ofMinutes(1);

    private TestServices() {}

    /// @param log what is read beyond memory
    /// @param elsewhere where work that blocks is done
    /// @param stall how long a client that is owed events may read nothing
    /// @param ahead how long a cursor that is newer than the node may wait
    static Services of(History log, Executor elsewhere, Duration stall, Duration ahead) {
        return of(log, elsewhere, new AllRights(), settings(stall, ahead, 100_000));
    }

    /// @param stall how long a client that is owed events may read nothing
    /// @param ahead how long a cursor that is newer than the node may wait
    /// @param gap events that a recovery delivers
    static Settings settings(Duration stall, Duration ahead, int gap) {
        return new Settings(
                MINUTE, MINUTE, MINUTE, stall, 100, 64, 1_000, 1_000, gap, 100, 4, ahead, MINUTE,
                8_192);
    }

    /// @param log what is read beyond memory
    /// @param elsewhere where work that blocks is done
    static Services of(History log, Executor elsewhere, Rights rights, Settings settings) {
        return new Services(
                settings, rights, log, (t, c, y, d, a) -> {}, new DirectExecutor(elsewhere));
    }

    /// @return Ana, whose token holds for a while
    static Principal ana(String tenant) {
        return new Principal(
                tenant, "ana", "Ana", Set.of(), null, null, Instant.now().plusSeconds(999));
    }
}
