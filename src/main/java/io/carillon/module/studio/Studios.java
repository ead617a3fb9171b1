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
import java.time.Instant;
import java.util.LinkedHashMap;

/// Studios, how they stand, and what is reported of them. Blocks.
@Singleton
final class Studios {
    private final Store store;
    private final StudioRows rows;
    private final StateRows states;
    private final ThresholdRows thresholds;
    private final StudioRights rights;

    Studios(
            Store store,
            StudioRows rows,
            StateRows states,
            ThresholdRows thresholds,
            StudioRights rights) {
        this.store = store;
        this.rows = rows;
        this.states = states;
        this.thresholds = thresholds;
        this.rights = rights;
    }

    Reading<Page<Studio>> page(Principal who, @Nullable String after, int limit) {
        var last = last(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), last, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<Studio> one(Principal who, String id) {
        return store.read(who, _ -> rows.one(who.tenant(), id).orElseThrow(Studios::missing));
    }

    /// Inside a transaction of the writer.
    Studio create(Principal user, StudioController.Draft draft) {
        rights.mayKeep(user);
        var made = rows.insert(user.tenant(), draft.id(), draft.name().strip(), user.user());
        if (made == null) {
            throw Refused.conflict("studio_exists", "the tenant has a studio with this id");
        }
        return made;
    }

    Studio rename(Principal user, Writer who, String id, int seen, String name) {
        rights.mayKeep(user);
        return store.write(
                who,
                _ -> {
                    var row = rows.locked(user.tenant(), id).orElseThrow(Studios::missing);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    return rows.rename(user.tenant(), id, name.strip());
                });
    }

    void remove(Principal user, Writer who, String id) {
        rights.mayKeep(user);
        var gone = store.write(who, _ -> rows.delete(user.tenant(), id));
        if (gone == 0) {
            throw missing();
        }
    }

    Reading<Page<StudioStatus>> statuses(Principal who, @Nullable String after, int limit) {
        var last = last(after);
        return store.read(
                who,
                connection ->
                        Page.of(
                                states.statuses(connection, who.tenant(), last, limit + 1),
                                limit,
                                status -> new PageToken(status.studio())));
    }

    Reading<StudioStatus> status(Principal who, String id) {
        return store.read(who, connection -> states.status(connection, who.tenant(), id));
    }

    Reading<Page<StudioEvent>> events(
            Principal who, String id, @Nullable String type, @Nullable String after, int limit) {
        var before = PageToken.before(after);
        return store.read(
                who,
                connection ->
                        Page.of(
                                states.events(
                                        connection, who.tenant(), id, type, before, limit + 1),
                                limit,
                                event -> new PageToken(event.id())));
    }

    StudioStatus listeners(Principal user, Writer who, String id, int count) {
        rights.mayReport(user);
        return store.write(
                who,
                connection -> {
                    if (!states.listeners(connection, user.tenant(), id, count)) {
                        throw missing();
                    }
                    return states.status(connection, user.tenant(), id);
                });
    }

    /// Inside a transaction of the writer.
    StudioEvent track(
            Connection connection, Principal user, String id, StudioController.Track track)
            throws SQLException {
        rights.mayReport(user);
        var at = track.at() == null ? Instant.now() : track.at();
        var title = track.title().strip();
        var now = new StudioStatus.Track(title, track.artist(), at.toString());
        if (!states.track(connection, user.tenant(), id, now)) {
            throw missing();
        }
        var details = new LinkedHashMap<String, @Nullable Object>();
        details.put("title", title);
        details.put("artist", track.artist());
        var finding = new Finding(Finding.TRACK, at, details);
        return states.insert(connection, user.tenant(), id, finding);
    }

    Reading<Thresholds> settings(Principal who) {
        return store.read(who, _ -> thresholds.one(who.tenant()).orElseThrow(Studios::noSettings));
    }

    Thresholds edit(Principal user, Writer who, int seen, MonitorController.Edit edit) {
        rights.mayKeep(user);
        return store.write(
                who,
                _ -> {
                    var row = thresholds.locked(user.tenant()).orElseThrow(Studios::noSettings);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    return thresholds.edit(
                            user.tenant(),
                            edit.silenceBelow(),
                            edit.silenceHysteresis(),
                            edit.silenceAfterMs(),
                            edit.silenceBackMs(),
                            edit.clipSamples(),
                            edit.clipAfterMs(),
                            edit.clipBackMs(),
                            edit.levelChange(),
                            edit.levelAfterMs(),
                            edit.probeTimeoutMs(),
                            edit.autoSession());
                });
    }

    private static String last(@Nullable String after) {
        var token = PageToken.decode(after, 1);
        return token == null ? "" : token.values().getFirst();
    }

    private static Refused missing() {
        return Refused.missing("studio");
    }

    /// They are made with the first studio.
    private static Refused noSettings() {
        return Refused.missing("studio_setting");
    }
}
