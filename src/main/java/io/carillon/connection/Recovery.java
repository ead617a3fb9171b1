package io.carillon.connection;

import io.carillon.channel.Event;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.ResetReason;
import io.carillon.hub.Batch;
import io.carillon.hub.Lane;
import io.carillon.hub.Replay;
import io.carillon.hub.Run;
import io.carillon.log.History;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;

/// Brings a connection that is owed events to its lane's position, exactly: the hard spot.
///
/// Every debt is paid up to the position of the lane, from the ring where that reaches back far
/// enough, else from the log, page by page, always ending at a position that this node's tail has
/// been at. When all debts stand at the lane's position in one turn of the loop, they are one and
/// the connection is live: what the lane dispatches next is the first that it does not have. So
/// there is nothing to compare afterwards and nothing to keep meanwhile; a client that reads slowly
/// stops the paying, and its place says where to go on.
///
/// While it lasts, the connection takes no live event of any channel. Confined to the lane's
/// thread; reads of the log run elsewhere and come back to it.
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /// What the recovery does through its connection.
    interface Teller {
        Lane lane();

        String tenant();

        Settings settings();

        /// @return whether a run may be told now
        boolean writable();

        /// @param debt what the run was owed for
        /// @param run may be told
        void tell(Debt debt, Run run);

        /// A channel's subscription ends here.
        void endByReset(Debt debt, List<String> channels, ResetReason reason);

        /// A cursor may claim conflated events that were not told, for they wait for the end of
        /// their window.
        ///
        /// @param place where somebody stands
        /// @param millis the window
        /// @return from where its conflated channels are told
        Place beforeWindow(Place place, long millis);

        /// Reads the log on another thread.
        ///
        /// @param debt whose next page is wanted
        /// @param leg the leg to read
        void read(Debt debt, Leg leg);

        /// Calls [#pay] again when the lane has moved.
        void awaitMove();

        /// The node hears nothing of the log: the client shall ask another one.
        void cannotServe();
    }

    /// How far the paying came.
    enum Progress {
        /// All debts stand at the lane's position.
        PAID,
        /// The client must read first.
        BLOCKED,
        /// The log is being read, or the lane must move first.
        WAITING
    }

    private final Teller teller;
    private final List<Debt> debts = new ArrayList<>(2);
    private boolean reading;

    Recovery(Teller teller) {
        this.teller = teller;
    }

    void owe(Debt debt) {
        var conflation = teller.lane().conflation();
        var window = 0L;
        for (var channel : debt.channels) {
            var millis = conflation.windowMillis(channel);
            if (millis > 0) {
                debt.conflated.add(channel);
                window = Math.max(window, millis);
            }
        }
        var from = window > 0 ? teller.beforeWindow(debt.place, window) : debt.place;
        if (!from.equals(debt.place)) {
            debts.add(debt.split(from));
        }
        debts.add(debt);
    }

    List<Debt> debts() {
        return debts;
    }

    /// @return what is owed of the channels that were live before
    Debt live() {
        return debts.stream()
                .filter(debt -> debt.reply == null && debt.owner == null)
                .findFirst()
                .orElseThrow();
    }

    /// @param channel is followed no longer
    void forgive(String channel) {
        debts.forEach(debt -> debt.channels.remove(channel));
    }

    /// Tells what can be told now.
    ///
    /// @return how far that came
    Progress pay() {
        if (reading) {
            return Progress.WAITING;
        }
        for (var debt : List.copyOf(debts)) {
            var progress = pay(debt);
            if (progress != Progress.PAID) {
                return progress;
            }
        }
        return Progress.PAID;
    }

    private Progress pay(Debt debt) {
        var lane = teller.lane();
        if (debt.channels.isEmpty()) {
            debt.place = Place.at(lane.position());
            return Progress.PAID;
        }
        return switch (lane.since(debt.place, teller.tenant(), debt.channels)) {
            case Lane.Answer.Ready(var batches) -> tell(debt, batches);
            case Lane.Answer.TooOld() -> {
                if (!teller.writable()) {
                    // What is read for somebody who takes nothing is read again and again.
                    yield Progress.BLOCKED;
                }
                reading = true;
                teller.read(debt, Leg.way(debt.place, lane.position()).getFirst());
                yield Progress.WAITING;
            }
            case Lane.Answer.Ahead() -> waitFor(debt, lane);
        };
    }

    private Progress waitFor(Debt debt, Lane lane) {
        var now = System.nanoTime();
        if (debt.aheadSince == 0) {
            debt.aheadSince = now;
        }
        if (now - debt.aheadSince > teller.settings().aheadTimeout().toNanos()) {
            if (lane.heardAt() - debt.aheadSince < 0) {
                // This node has not seen the log since: who is ahead, or who behind, others know.
                teller.cannotServe();
                return Progress.WAITING;
            }
            teller.endByReset(debt, List.copyOf(debt.channels), ResetReason.AHEAD);
            return Progress.PAID;
        }
        teller.awaitMove();
        return Progress.WAITING;
    }

    private Progress tell(Debt debt, List<Batch> batches) {
        if (!debt.judged) {
            debt.judged = true;
            var missed =
                    batches.stream()
                            .flatMap(batch -> batch.events().stream())
                            .filter(event -> !debt.stood.sees(event.xid(), event.id()))
                            .count();
            if (missed > teller.settings().maxGap()) {
                teller.endByReset(debt, List.copyOf(debt.channels), ResetReason.BEHIND);
                return Progress.PAID;
            }
        }
        for (var batch : batches) {
            if (tell(debt, batch) == Progress.BLOCKED) {
                return Progress.BLOCKED;
            }
        }
        return Progress.PAID;
    }

    private Progress tell(Debt debt, Batch batch) {
        for (var run : batch.runs(Event.ALL_TENANTS)) {
            var concerned =
                    debt.channels.stream()
                            .filter(channel -> Replay.concerns(run.key().channel(), channel))
                            .toList();
            teller.endByReset(debt, concerned, Lane.reason(run.events().getFirst()));
        }
        var runs = batch.runs(teller.tenant());
        for (var slice : Replay.slices(runs, debt.conflated, teller.lane().conflation())) {
            if (tellWhole(debt, slice) == Progress.BLOCKED) {
                debt.place = batch.place(slice.getFirst().firstId() - 1);
                return Progress.BLOCKED;
            }
        }
        debt.place = batch.end();
        return Progress.PAID;
    }

    private Progress tellWhole(Debt debt, List<Run> slice) {
        var wanted =
                slice.stream().filter(run -> debt.channels.contains(run.key().channel())).toList();
        if (wanted.isEmpty()) {
            return Progress.PAID;
        }
        var first = wanted.getFirst();
        if (first.reset()) {
            var reason = Lane.reason(first.events().getFirst());
            teller.endByReset(debt, List.of(first.key().channel()), reason);
        } else if (teller.writable()) {
            wanted.forEach(run -> tell(debt, run));
        } else {
            return Progress.BLOCKED;
        }
        return Progress.PAID;
    }

    private void tell(Debt debt, Run run) {
        try {
            teller.tell(debt, run);
        } catch (RuntimeException | Error fault) {
            LOG.error("an event of {} could not be told", run.key(), fault);
            teller.endByReset(debt, List.of(run.key().channel()), ResetReason.FAULT);
        }
    }

    /// The log has been read.
    ///
    /// @param debt for which debt
    /// @param leg which leg
    /// @param page what was found
    /// @param limit how many events were asked for
    void arrived(Debt debt, Leg leg, History.Page page, int limit) {
        reading = false;
        switch (page) {
            case History.Page.Expired() ->
                    teller.endByReset(debt, List.copyOf(debt.channels), ResetReason.EXPIRED);
            case History.Page.Found(var events) -> {
                debt.judged = true;
                var epoch = teller.lane().epoch();
                var full = events.size() >= limit;
                var unused =
                        tell(
                                debt,
                                full
                                        ? Batch.page(epoch, leg.from(), leg.to(), events)
                                        : new Batch(epoch, leg.from(), leg.to(), events));
            }
        }
    }

    /// The log could not be read; the next [#pay] tries again.
    void failed() {
        reading = false;
    }

    /// The log holds more for this debt than a recovery tells.
    ///
    /// @param debt for which debt
    void tooFarBehind(Debt debt) {
        reading = false;
        teller.endByReset(debt, List.copyOf(debt.channels), ResetReason.BEHIND);
    }
}
