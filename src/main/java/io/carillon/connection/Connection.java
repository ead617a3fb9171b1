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
import io.carillon.limit.Usage;
import io.carillon.presence.Follower;
import io.carillon.presence.Guest;
import io.carillon.presence.State;
import io.carillon.presence.Update;
import io.carillon.presence.Visit;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
public final class Connection implements Subscriber, Follower {
    private final Services services;
    private final Lane lane;
    private final Outlet outlet;
    private final String id;
    private final long openedAt = System.nanoTime();
    private final Commands commands;
    private final Deadlines deadlines;
    private final Notice notice;
    private final Share share = new Share();
    private final Map<String, Seat> seats = new HashMap<>(4);
    private @Nullable Principal principal;
    private Visit visit = Visit.UNNOTICED;
    private @Nullable Repayment repayment;
    private @Nullable Set<String> muted;
    private boolean closed;
    private boolean unflushed;

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
        this.notice = new Notice(services, outlet, id, openedAt);
        this.deadlines = new Deadlines(this, services, openedAt);
        lane.attach(this);
        if (principal != null && share.enter(services.limits, principal)) {
            opened(principal);
        }
    }

    /// @return what the tenant has and may have, or null while nobody has been let in
    @Nullable Usage usage() {
        return share.usage();
    }

    private void opened(Principal who) {
        notice.opened(who);
        var stay = outlet.brief() ? Guest.Stay.BRIEF : Guest.Stay.OPEN;
        var guest = new Guest(id, who, outlet.transport(), stay, lane.loop(), this);
        visit = services.attendance.arrive(guest);
    }

    /// Tells the client something besides events.
    void tell(Message message) {
        services.counts.told(message);
        outlet.send(message);
    }

    /// @return unique on this node
    public String id() {
        return id;
    }

    /// @return whether this is one question with one answer
    boolean brief() {
        return outlet.brief();
    }

    /// @return who is attached, or null before connect
    public @Nullable Principal principal() {
        return principal;
    }

    /// @return where the connection stands, or null while it follows nothing or is owed events;
    ///     what is answered once stands where its answer ends
    public @Nullable Cursor cursor() {
        var place = repayment == null ? Place.at(lane.position()) : repayment.reached();
        return place == null || seats.isEmpty() ? null : new Cursor(lane.epoch(), place);
    }

    /// Anything was heard from the client, a pong for example.
    public void heard() {
        deadlines.heard();
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
            commands.refuse(reply, code, detail, deadlines.heardAt());
        }
    }

    /// Takes a command of the client.
    ///
    /// @param command its syntax is right
    public void accept(Command command) {
        heard();
        if (closed) {
            return;
        }
        if (principal != null && share.usage() == null) {
            commands.turnAway(command.id());
        } else {
            commands.accept(command, deadlines.heardAt());
        }
    }

    /// Who is attached from now on.
    ///
    /// @return whether it may be
    boolean admit(Principal who) {
        if (principal == null) {
            if (!share.enter(services.limits, who)) {
                return false;
            }
            opened(who);
        } else {
            visit.readmitted(who);
        }
        principal = who;
        return true;
    }

    /// @return the channels that are followed, live or owed; on the lane's thread
    public Set<String> channels() {
        return seats.keySet();
    }

    /// The rules say no longer that these channels may be followed: they end here. Any thread.
    ///
    /// @param asked who was asked about; when it is another by now (a new token), the rules are
    ///     asked again
    /// @param forbidden which channels
    public void notAllowed(Principal asked, List<String> forbidden) {
        lane.loop().execute(() -> commands.notAllowed(asked, forbidden));
    }

    /// Asks the rules about subscriptions that stand.
    void reconsider(Principal who, List<String> channels) {
        commands.reconsider(who, channels);
    }

    /// Subscriptions end because they are not allowed; those that have ended already are left out.
    void end(List<String> channels) {
        var ended = channels.stream().filter(seats::containsKey).toList();
        if (!ended.isEmpty()) {
            ended.forEach(this::leave);
            outlet.send(new Message.Ended(ended));
            outlet.flush();
        }
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
            visit.join(channel);
        }
        if (command.following() == Command.Following.EVENTS_AND_PRESENCE) {
            command.channels().forEach(visit::follow);
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
            visit.leave(channel);
            share.unsubscribe(who);
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
                tell(new Message.Subscribed(debt.reply, List.copyOf(debt.all()), cursor));
            }
            replied |= debt.reply != null;
        }
        outlet.flush();
        visit.resume();
        if (replied) {
            commands.next();
        }
    }

    /// @return false when that comes too fast
    boolean state(State state) {
        var usage = share.usage();
        return (usage == null || usage.writePresence(System.nanoTime())) && visit.state(state);
    }

    Outlet outlet() {
        return outlet;
    }

    /// The channel can be written to again.
    public void writable() {
        if (repayment != null && !closed) {
            repayment.pay();
        }
        visit.resume();
    }

    /// The channel is closed; nothing can be sent any more.
    public void closed() {
        if (!closed) {
            closed = true;
            notice.left(principal);
            List.copyOf(seats.keySet()).forEach(this::leave);
            if (repayment != null) {
                repayment.cancel();
                repayment = null;
            }
            commands.forget();
            lane.detach(this);
            visit.depart();
            if (principal != null) {
                share.leave(principal);
            }
        }
    }

    /// Ends the connection.
    ///
    /// @param reason why
    public void close(Disconnect reason) {
        if (!closed) {
            notice.closed(principal, reason);
            outlet.flush();
            outlet.close(reason);
            closed();
        }
    }

    /// @return how the connection stands now
    public Standing standing() {
        return Standing.of(this, System.nanoTime() - openedAt, repayment != null);
    }

    /// @param channel that it follows
    /// @param xid the transaction of an event
    /// @param event its id
    /// @return whether the event has not been written to it yet although its lane may have passed
    ///     it
    public boolean owes(String channel, long xid, long event) {
        return repayment != null && repayment.owes(channel, xid, event);
    }

    /// @return how it travels
    public String transport() {
        return outlet.transport();
    }

    /// Tells the client to go, and when to come back: the node goes away, or the connection is old.
    ///
    /// @param reconnectInMillis spread over the clients by the caller
    void drain(long reconnectInMillis) {
        if (!closed) {
            tell(new Message.Drain(reconnectInMillis));
            outlet.flush();
        }
    }

    @Override
    public Format format() {
        return outlet.format();
    }

    @Override
    public boolean takes(Batch batch, Run run) {
        if (repayment != null || (muted != null && muted.contains(run.key().channel()))) {
            return false;
        }
        // What was committed is never left out; it only leaves less for what may be.
        var unused = share.allowed();
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
            services.counts.fellBehind();
            var owing = new Repayment(this, services, lane, who);
            owing.owe(new Debt(seats.keySet(), place, null));
            owing.blocked();
            repayment = owing;
        }
        return false;
    }

    @Override
    public boolean takesEphemeral() {
        return repayment == null && outlet.writable() && share.allowed();
    }

    @Override
    public boolean takesConflated() {
        if (repayment != null) {
            return false;
        }
        if (!outlet.writable()) {
            outlet.flush();
            unflushed = false;
        }
        return outlet.writable() || fallBehind(lane.stand());
    }

    /// Tells what waits of conflated channels for the end of a window, now: an outlet that answers
    /// once says with its cursor that the client has it.
    public void tellWaiting() {
        var who = principal;
        if (who != null) {
            for (var channel : seats.keySet()) {
                for (var run : lane.waitingEvents(new ChannelKey(who.tenant(), channel))) {
                    outlet.write(outlet.format().encode(run));
                }
            }
        }
    }

    @Override
    public boolean takesPresence() {
        return takesEphemeral() && !closed;
    }

    @Override
    public void presence(Update update) {
        outlet.send(new Message.Presence(update));
        outlet.flush();
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
            if (outlet.onePosition()) {
                // What else the batch in hand holds of it is there when the client reads again.
                muted = muted == null ? new HashSet<>(2) : muted;
                muted.add(channel);
                lane.awaitMove(this);
            } else {
                leave(channel);
            }
            commands.reset(List.of(channel), reason);
        }
    }

    @Override
    public void resetAll(ResetReason reason) {
        var owing = repayment;
        repayment = null;
        if (owing != null) {
            owing.refuseAll(reason).forEach(this::leave);
        }
        var reset = List.copyOf(seats.keySet());
        if (!outlet.onePosition()) {
            reset.forEach(this::leave);
        }
        commands.reset(reset, reason);
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
        if (muted != null && !closed) {
            muted = null;
            // Whoever comes back from here does not meet the reset again.
            tell(new Message.Ping(cursor()));
            outlet.flush();
        }
        if (repayment != null) {
            repayment.pay();
        }
    }

    @Override
    public void tick(long nanos) {
        deadlines.tick(nanos);
    }

    /// @return whether the client, owed events, has read nothing for too long
    boolean stalled(long nanos) {
        return repayment != null && repayment.stalled(nanos);
    }
}
