package io.carillon.module.studio;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// Sessions that people start and stop; those of a stream start and stop in [Feed] and
/// [SilentStreams]. At most one of a studio is active: the table says so. Blocks.
@Singleton
final class Sessions {
    private final Store store;
    private final SessionRows rows;
    private final StateRows states;
    private final StudioRights rights;

    Sessions(Store store, SessionRows rows, StateRows states, StudioRights rights) {
        this.store = store;
        this.rows = rows;
        this.states = states;
        this.rights = rights;
    }

    Reading<Page<StudioSession>> page(
            Principal who, String studio, @Nullable String after, int limit) {
        var before = PageToken.before(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), studio, before, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<StudioSession> one(Principal who, String studio, long id) {
        return store.read(
                who, _ -> rows.one(who.tenant(), studio, id).orElseThrow(Sessions::missing));
    }

    /// Inside a transaction of the writer.
    StudioSession start(Connection connection, Principal user, String studio, String title)
            throws SQLException {
        rights.mayKeep(user);
        var unused = states.locked(connection, user.tenant(), studio);
        var made = rows.start(user.tenant(), studio, title.strip(), user.user());
        if (made == null) {
            throw Refused.conflict(
                    "session_active", "the studio has an active session: stop it first");
        }
        return made;
    }

    StudioSession stop(Principal user, Writer who, String studio, long id) {
        rights.mayKeep(user);
        return store.write(
                who,
                connection -> {
                    var unused = locked(connection, user, studio, id);
                    var stopped = rows.stop(user.tenant(), studio, id, user.user());
                    if (stopped == null) {
                        throw Refused.conflict("session_stopped", "the session is over already");
                    }
                    return stopped;
                });
    }

    StudioSession rename(
            Principal user, Writer who, String studio, long id, int seen, String title) {
        rights.mayKeep(user);
        return store.write(
                who,
                connection -> {
                    var row = locked(connection, user, studio, id);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    return rows.rename(user.tenant(), studio, id, title.strip());
                });
    }

    private StudioSession locked(Connection connection, Principal user, String studio, long id)
            throws SQLException {
        var unused = states.locked(connection, user.tenant(), studio);
        return rows.one(user.tenant(), studio, id).orElseThrow(Sessions::missing);
    }

    private static Refused missing() {
        return Refused.missing("session");
    }
}
