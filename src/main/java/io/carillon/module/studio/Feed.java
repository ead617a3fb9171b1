package io.carillon.module.studio;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Refused;
import io.carillon.module.Store;
import io.micronaut.http.HttpStatus;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/// Takes samples in: counts each window once, runs the detectors, tells what they found.
///
/// All of it is one transaction under the lock of the studio's row, so it does not matter which
/// node gets which batch, whether one comes twice, or whether a node dies in between: what the
/// receipt says is committed, and nothing else is. Called by REST and by [ProbeSocket]; blocks.
@Singleton
public final class Feed {
    private static final String STATUS = "status";
    private static final String METER = "audio.level";

    private final Store store;
    private final StateRows states;
    private final ThresholdRows thresholds;
    private final StudioRights rights;
    private final LongAdder counted = new LongAdder();
    private final LongAdder repeated = new LongAdder();

    Feed(Store store, StateRows states, ThresholdRows thresholds, StudioRights rights) {
        this.store = store;
        this.states = states;
        this.thresholds = thresholds;
        this.rights = rights;
    }

    /// @return windows that this node counted since its start
    public long counted() {
        return counted.sum();
    }

    /// @return windows that came to this node and had been counted before
    public long repeated() {
        return repeated.sum();
    }

    /// @param user the probe
    /// @param who the same, as a writer
    /// @param batch as it came
    /// @return what became of it; committed
    /// @throws Refused 400 `samples_invalid`, 403 `studio_probe_role`, 404 `studio_missing`, 409
    ///     `probe_replaced`, 422 `samples_time`
    Receipt take(Principal user, Writer who, Batch batch) {
        rights.mayFeed(user);
        var checked = batch.checked();
        var receipt = store.write(who, connection -> count(connection, user, who, checked));
        counted.add(receipt.counted());
        repeated.add(receipt.repeated());
        return receipt;
    }

    private Receipt count(Connection connection, Principal user, Writer who, Batch batch)
            throws SQLException {
        var tenant = user.tenant();
        var state = states.locked(connection, tenant, batch.studio());
        if (!batch.run().equals(state.run())) {
            if (batch.windows().isEmpty()) {
                // A run of which nothing was ever heard ends.
                return new Receipt(batch.studio(), batch.run(), batch.first(), 0, 0);
            }
            state = takenOver(connection, tenant, batch, state);
        }
        var size = batch.windows().size();
        var known = (int) Math.clamp(state.next() - batch.first(), 0, size);
        var next = Math.max(state.next(), batch.next());
        var fresh = batch.without(known);
        if (known < size) {
            detect(connection, user, who, fresh, state);
        }
        if (batch.ends() && batch.next() == next) {
            states.endStream(connection, tenant, batch.studio());
        }
        return new Receipt(batch.studio(), batch.run(), next, size - known, known);
    }

    private StateRows.State takenOver(
            Connection connection, String tenant, Batch batch, StateRows.State state)
            throws SQLException {
        var studio = batch.studio();
        if (states.replaced(connection, tenant, studio, batch.run())) {
            throw Refused.conflict(
                    "probe_replaced", "a later run of a probe feeds this studio: end this one");
        }
        var before = state.run();
        if (before != null) {
            states.replace(connection, tenant, studio, before);
        }
        var detectors = state.detectors();
        if (detectors == null || !batch.at().isBefore(detectors.until())) {
            return new StateRows.State(
                    state.streaming(), batch.run(), batch.first(), detectors, state.watched());
        }
        // Its clock is behind, or it plays an old recording: it cannot go on with this stream.
        states.endStream(connection, tenant, studio);
        return new StateRows.State(false, batch.run(), batch.first(), null, state.watched());
    }

    private void detect(
            Connection connection, Principal user, Writer who, Batch fresh, StateRows.State state)
            throws SQLException {
        var tenant = user.tenant();
        var settings = thresholds.one(tenant).orElseThrow(() -> Refused.missing("setting"));
        var before = state.detectors();
        if (before == null) {
            before = Detectors.at(fresh.at());
            if (settings.autoSession()) {
                states.startSession(connection, tenant, fresh.studio(), user.user(), fresh.at());
            }
        } else if (fresh.at().isBefore(before.until().minus(tolerance(fresh)))) {
            throw new Refused(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "samples_time",
                    "samples up to " + before.until() + " were counted: go on from there");
        }
        var heard = before.hear(fresh, settings);
        for (var finding : heard.findings()) {
            var unused = states.insert(connection, tenant, fresh.studio(), finding);
        }
        var level = AudioLevel.of(fresh);
        states.save(connection, tenant, fresh, level, heard.detectors());
        if (state.watched()) {
            store.broadcast(connection, who, STATUS, METER, level);
        }
    }

    private static Duration tolerance(Batch batch) {
        return Duration.ofMillis(batch.windowMs() / 2);
    }
}
