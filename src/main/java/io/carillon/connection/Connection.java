package io.carillon.connection;

import io.carillon.auth.Admission;
import io.carillon.channel.ChannelKey;
import io.carillon.channel.Cursor;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.carillon.hub.Batch;
import io.carillon.hub.Format;
import io.carillon.hub.Lane;
import io.carillon.hub.Run;
import io.carillon.hub.Seat;
import io.carillon.hub.Subscriber;
import io.carillon.identity.Principal;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/// One attached client, whatever its protocol.
///
/// A transport makes it on its channel's event loop, hands it commands and says when the channel
/// can be written to again and when it has closed. It answers through its [Outlet], every command
/// once and in the order in which they came (a ping overtakes). While it is live it takes what its
/// lane dispatches; while it is owed anything a [Recovery] stands between.
///
/// Promise: each event of its channels once, those about one row in their order, or a reset;
/// ephemeral events at most once. Confined to the lane's thread; what blocks runs on virtual
/// threads and comes back. Bounded: subscriptions, waiting commands and the command rate by
/// [Settings], bytes by the outlet.
public final class Connection implements Subscriber {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Services services;
    private final Lane lane;
    private final Outlet outlet;
    private final String id;
    private final long openedAt = System.nanoTime();
    private final Commands commands;
    private final Map<String, Seat> seats = new HashMap<>(4);
    private @Nullable Principal principal;
    private @Nullable Repayment repayment;
    private boolean closed;
    private boolean unflushed;
    private long heardAt = openedAt;
    private long pingedAt;

    /// Attaches a client. On the lane's thread.
    ///
    /// @param services shared by all connections of the node
    /// @param lane the lane of the client's event loop
    /// @param outlet the way to the client
    /// @param id unique on this node, for logs and support
    /// @param principal who it is, or null until a connect command says so
    public Connection(
            Services services, Lane lane, Outlet outlet, String id, @Nullable Principal principal) {
        this.services = services;
        this.lane = lane;
        this.outlet = outlet;
        this.id = id;
        this.principal = principal;
        this.commands = new Commands(this, services, openedAt);
        // Connections that came together after a deploy shall not be pinged together for ever.
        this.pingedAt =
                openedAt
                        - ThreadLocalRandom.current()
                                .nextLong(services.settings.pingInterval().toNanos());
        lane.attach(this);
        if (principal != null) {
            opened(principal);
        }
    }

    private void opened(Principal who) {
        if (!outlet.brief()) {
            LOG.info("connection {} opened: tenant {} user {}", id, who.tenant(), who.user());
        }
    }

    /// @return unique on this node
    public String id() {
        return id;
    }

    /// @return who is attached, or null before connect
    public @Nullable Principal principal() {
        return principal;
    }

    /// @return where the connection stands, or null while it is owed events or follows nothing
    public @Nullable Cursor cursor() {
        return repayment != null || seats.isEmpty()
                ? null
                : new Cursor(lane.epoch(), Place.at(lane.position()));
    }

    /// Anything was heard from the client, a pong for example.
    public void heard() {
        heardAt = System.nanoTime();
    }

    /// Takes a token or ticket that came with the handshake; commands wait until it is judged.
    ///
    /// @param question asked on a virtual thread
    public void introduce(Supplier<Admission> question) {
        commands.introduce(question);
    }

    /// Takes what the wire could not read as a command.
    ///
    /// @param reply the command's id, or null when not even that could be read
    /// @param code why
    /// @param detail what exactly, for people
    public void refuse(@Nullable Long reply, ErrorCode code, String detail) {
        heard();
        if (!closed) {
            commands.refuse(reply, code, detail, heardAt);
        }
    }

    /// Takes a command of the client.
    ///
    /// @param command its syntax is right
    public void accept(Command command) {
        heard();
        if (!closed) {
            commands.accept(command, heardAt);
        }
    }

    /// Who is attached from now on.
    void admit(Principal who) {
        if (principal == null) {
            opened(who);
        }
        principal = who;
    }

    /// @return the channels that are followed, live or owed; a view
    public Set<String> channels() {
        return seats.keySet();
    }

    /// Follows channels from a place on; the answer is sent when everything owed has been told.
    void follow(Principal who, Command.Subscribe command, Place place) {
        var owing = repayment == null ? new Repayment(this, services, lane, who) : repayment;
        if (repayment == null) {
            owing.owe(new Debt(seats.keySet(), Place.at(lane.position()), null));
            repayment = owing;
        }
        for (var channel : command.channels()) {
            seats.put(channel, lane.join(new ChannelKey(who.tenant(), channel), this));
        }
        owing.owe(new Debt(command.channels(), place, command.id()));
        owing.pay();
    }

    Lane lane() {
        return lane;
    }

    boolean isClosed() {
        return closed;
    }

    /// A channel is followed no longer, whatever for.
    void leave(String channel) {
        var seat = seats.remove(channel);
        var who = principal;
        if (seat != null && who != null) {
            lane.leave(new ChannelKey(who.tenant(), channel), seat);
        }
        if (repayment != null) {
            repayment.forgive(channel);
        }
    }

    /// Everything owed is paid: live from here on.
    ///
    /// @param debts what was owed
    void live(List<Debt> debts) {
        repayment = null;
        var cursor = new Cursor(lane.epoch(), Place.at(lane.position()));
        var replied = false;
        for (var debt : debts) {
            if (debt.reply != null && !debt.refused) {
                outlet.send(new Message.Subscribed(debt.reply, List.copyOf(debt.channels), cursor));
            }
            replied |= debt.reply != null;
        }
        outlet.flush();
        if (replied) {
            commands.next();
        }
    }

    Outlet outlet() {
        return outlet;
    }

    /// The channel can be written to again.
    public void writable() {
        if (repayment != null && !closed) {
            repayment.pay();
        }
    }

    /// The channel is closed; nothing can be sent any more.
    public void closed() {
        if (!closed) {
            closed = true;
            if (principal != null && !outlet.brief()) {
                LOG.info("connection {} closed", id);
            }
            List.copyOf(seats.keySet()).forEach(this::leave);
            if (repayment != null) {
                repayment.cancel();
                repayment = null;
            }
            commands.forget();
            lane.detach(this);
        }
    }

    /// Ends the connection.
    ///
    /// @param reason why
    public void close(Disconnect reason) {
        if (!closed) {
            outlet.flush();
            outlet.close(reason);
            closed();
        }
    }

    /// Tells the client that the node goes away, and when to come back.
    ///
    /// @param reconnectInMillis spread over the clients by the caller
    public void drain(long reconnectInMillis) {
        if (!closed) {
            outlet.send(new Message.Drain(reconnectInMillis));
            outlet.flush();
        }
    }

    @Override
    public Format format() {
        return outlet.format();
    }

    @Override
    public boolean takes(Batch batch, Run run) {
        if (repayment != null) {
            return false;
        }
        if (outlet.writable()) {
            return true;
        }
        outlet.flush();
        unflushed = false;
        return outlet.writable() || fallBehind(batch.place(run.firstId() - 1));
    }

    /// @return false: nothing is taken until everything is paid
    private boolean fallBehind(Place place) {
        var who = principal;
        if (who != null) {
            var owing = new Repayment(this, services, lane, who);
            owing.owe(new Debt(seats.keySet(), place, null));
            owing.blocked();
            repayment = owing;
        }
        return false;
    }

    @Override
    public boolean takesEphemeral() {
        return repayment == null && outlet.writable();
    }

    @Override
    public boolean deliver(ByteBuf frame) {
        outlet.write(frame);
        var first = !unflushed;
        unflushed = true;
        return first;
    }

    @Override
    public void flush() {
        unflushed = false;
        outlet.flush();
    }

    @Override
    public void reset(String channel, ResetReason reason) {
        // Whoever is owed events meets the same reset on the way.
        if (repayment == null) {
            leave(channel);
            outlet.send(new Message.Reset(List.of(channel), reason));
            outlet.flush();
        }
    }

    @Override
    public void resetAll(ResetReason reason) {
        var owing = repayment;
        repayment = null;
        var ended = new ArrayList<>(seats.keySet());
        List.copyOf(ended).forEach(this::leave);
        if (owing != null) {
            owing.refuseAll(reason);
        }
        if (!ended.isEmpty()) {
            outlet.send(new Message.Reset(ended, reason));
        }
        outlet.flush();
        if (owing != null && owing.replies()) {
            commands.next();
        }
    }

    @Override
    public void skipped(Position reached) {
        if (repayment == null && !seats.isEmpty()) {
            var unused = fallBehind(Place.at(reached));
        }
        if (repayment != null) {
            repayment.pay();
        }
    }

    @Override
    public void moved() {
        if (repayment != null) {
            repayment.pay();
        }
    }

    @Override
    public void tick(long nanos) {
        var settings = services.settings;
        var who = principal;
        if (who == null) {
            if (nanos - openedAt > settings.connectTimeout().toNanos()) {
                close(Disconnect.CONNECT_TIMEOUT);
            }
        } else if (services.rights.deadline(who).isBefore(Instant.now())) {
            close(Disconnect.EXPIRED);
        } else if (nanos - heardAt > settings.idleTimeout().toNanos()) {
            close(Disconnect.IDLE);
        } else if (repayment != null && repayment.stalled(nanos)) {
            close(Disconnect.SLOW);
        } else if (nanos - pingedAt > settings.pingInterval().toNanos() && outlet.writable()) {
            pingedAt = nanos;
            outlet.send(new Message.Ping(cursor()));
            outlet.flush();
        }
    }
}
