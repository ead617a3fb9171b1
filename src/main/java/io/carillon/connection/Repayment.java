package io.carillon.connection;

import io.carillon.channel.Cursor;
import io.carillon.channel.Leg;
import io.carillon.channel.Place;
import io.carillon.channel.ResetReason;
import io.carillon.hub.Lane;
import io.carillon.hub.Run;
import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Carries out a [Recovery] for one connection: writes to its outlet, reads the log on virtual
/// threads, watches for a client that does not read. Confined to the lane's thread.
final class Repayment implements Recovery.Teller {
    private static final Logger LOG = LoggerFactory.getLogger(Repayment.class);
    private static final long RETRY_MILLIS = 500;

    /// Events of the ring that are told before others on the lane have their turn: about 1 ms. A
    /// page of the log is told whole.
    private static final int EVENTS_PER_TURN = 256;

    /// How long a recovery of a tenant that has had its deliveries rests at most.
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Connection connection;
    private final Services services;
    private final Lane lane;
    private final Principal principal;
    private final Recovery recovery = new Recovery(this);
    private long blockedAt;
    private int told;
    private int left;
    private boolean queued;
    private boolean paused;
    private boolean over;

    Repayment(Connection connection, Services services, Lane lane, Principal principal) {
        this.connection = connection;
        this.services = services;
        this.lane = lane;
        this.principal = principal;
    }

    void owe(Debt debt) {
        recovery.owe(debt);
    }

    void forgive(String channel) {
        recovery.forgive(channel);
    }

    boolean owes(String channel, long xid, long event) {
        return recovery.debts().stream()
                .anyMatch(debt -> debt.channels.contains(channel) && !debt.place.sees(xid, event));
    }

    /// @return how far a client that is answered once has been told; null for others, and where
    ///     that is several places
    @Nullable Place reached() {
        var owed = recovery.debts().stream().filter(debt -> !debt.channels.isEmpty()).toList();
        return connection.brief() && owed.size() == 1 ? owed.getFirst().place : null;
    }

    /// The client does not take more now.
    void blocked() {
        if (blockedAt == 0) {
            blockedAt = System.nanoTime();
        }
    }

    /// @param nanos [System#nanoTime]
    /// @return whether the client has read nothing for too long
    boolean stalled(long nanos) {
        return blockedAt != 0 && nanos - blockedAt > services.settings.stallTimeout().toNanos();
    }

    /// Tells what can be told; the connection is live when all is.
    void pay() {
        if (over) {
            return;
        }
        pace();
        if (paused) {
            return;
        }
        left = EVENTS_PER_TURN;
        switch (recovery.pay()) {
            case PAID -> {
                over = true;
                services.counts.recovered();
                connection.live(recovery.debts());
            }
            case BLOCKED -> {
                connection.outlet().flush();
                if (connection.outlet().writable()) {
                    giveWay();
                } else {
                    blocked();
                }
            }
            case WAITING -> connection.outlet().flush();
        }
        pace();
    }

    /// The client takes more, and gets it after the others on the lane.
    private void giveWay() {
        if (!queued) {
            queued = true;
            lane.loop()
                    .execute(() -> {
                        queued = false;
                        pay();
                    });
        }
    }

    /// What is told again counts against the tenant's deliveries. Beyond them the recovery rests
    /// between one page, or bufferful, and the next; so it ends some day.
    private void pace() {
        var usage = connection.usage();
        if (over || paused || told == 0 || usage == null) {
            return;
        }
        var wait = usage.recover(told, System.nanoTime());
        told = 0;
        if (wait > 0) {
            paused = true;
            var unused =
                    lane.loop()
                            .schedule(
                                    () -> {
                                        paused = false;
                                        pay();
                                    },
                                    Math.min(wait, LONGEST_PAUSE_MILLIS),
                                    TimeUnit.MILLISECONDS);
        }
    }

    /// The client is gone.
    void cancel() {
        over = true;
    }

    /// The log is another one: what is owed can never be told.
    ///
    /// @return the channels of commands that were refused for it
    Set<String> refuseAll(ResetReason reason) {
        over = true;
        var refused = new HashSet<String>();
        for (var debt : recovery.debts()) {
            refuse(debt, reason);
            if (debt.refused) {
                refused.addAll(debt.all());
            }
        }
        return refused;
    }

    boolean replies() {
        return recovery.debts().stream().anyMatch(debt -> debt.reply != null);
    }

    private void refuse(Debt debt, ResetReason reason) {
        if (debt.reply != null && !debt.refused) {
            debt.refused = true;
            var detail = "read again, then subscribe with the new cursor";
            connection.tell(new Message.Refused(debt.reply, ErrorCode.RESET, detail, reason));
        }
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public String tenant() {
        return principal.tenant();
    }

    @Override
    public Settings settings() {
        return services.settings;
    }

    @Override
    public boolean writable() {
        if (left <= 0) {
            return false;
        }
        var outlet = connection.outlet();
        if (!outlet.writable()) {
            outlet.flush();
        }
        return outlet.writable();
    }

    @Override
    public void tell(Debt debt, Run run) {
        var format = connection.format();
        connection.outlet().write(format.encode(placed(debt, run)));
        blockedAt = 0;
        told += run.events().size();
        left -= run.events().size();
    }

    /// Whoever has one position and is cut in the middle of a join would else come back to where
    /// that began.
    private Run placed(Debt debt, Run run) {
        if (!connection.outlet().onePosition()) {
            return run;
        }
        var live = recovery.live();
        return debt == live || live.all().isEmpty()
                ? run
                : run.standing(new Cursor(lane.epoch(), live.place));
    }

    @Override
    public void endByReset(Debt debt, List<String> channels, ResetReason reason) {
        var whole = debt.owner == null ? debt : debt.owner;
        var together =
                whole.reply != null && connection.outlet().onePosition() && !channels.isEmpty();
        var ended = together ? List.copyOf(whole.all()) : channels;
        ended.forEach(connection::leave);
        debt.channels.removeAll(channels);
        if (whole.reply != null && whole.all().isEmpty()) {
            refuse(whole, reason);
        } else if (!channels.isEmpty()) {
            connection.tell(new Message.Reset(channels, reason));
        }
    }

    /// A poll was told what waited when it was answered ([Connection#tellWaiting]).
    @Override
    public Place beforeWindow(Place place, long millis) {
        return connection.outlet().brief() ? place : lane.beforeWindow(place, millis);
    }

    @Override
    public void awaitMove() {
        lane.awaitMove(connection);
        // The lane may never move again by itself, so the wait has an end of its own.
        later(services.settings.aheadTimeout().toMillis() + 10);
    }

    @Override
    public void cannotServe() {
        lane.loop().execute(() -> connection.close(Disconnect.UNAVAILABLE));
    }

    private void later(long millis) {
        var unused = lane.loop().schedule(this::pay, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void read(Debt debt, Leg leg) {
        var channels = Set.copyOf(debt.channels);
        var judge = !debt.judged;
        if (!debt.checked) {
            debt.checked = true;
            connection.reconsider(principal, List.copyOf(channels));
        }
        services.blocking.execute(() -> read(debt, leg, channels, judge));
    }

    private void read(Debt debt, Leg leg, Set<String> channels, boolean judge) {
        var limit = services.settings.page();
        try {
            services.reads.acquire(tenant());
            try {
                var most = services.settings.maxGap();
                var stood = debt.stood;
                if (judge && services.history.count(tenant(), channels, stood, most + 1) > most) {
                    onLane(() -> recovery.tooFarBehind(debt));
                    return;
                }
                services.counts.readLog();
                var page = services.history.read(tenant(), channels, leg, limit);
                onLane(() -> recovery.arrived(debt, leg, page, limit));
            } finally {
                services.reads.release();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) {
            services.counts.couldNotReadLog();
            LOG.warn("the log could not be read for a recovery: {}", failed.toString());
            lane.loop()
                    .execute(() -> {
                        recovery.failed();
                        later(RETRY_MILLIS);
                    });
        }
    }

    private void onLane(Runnable action) {
        lane.loop()
                .execute(() -> {
                    if (!over) {
                        left = Integer.MAX_VALUE;
                        action.run();
                        pay();
                    }
                });
    }
}
