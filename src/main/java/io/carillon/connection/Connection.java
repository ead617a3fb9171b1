package io.carillon.connection;

import io.carillon.auth.Access;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

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

    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

    private final Services services;
    private final Lane lane;
    private final Outlet outlet;
    private final String id;
    private final long openedAt = System.nanoTime();
    private final CommandRate rate;
    private final Map<String, Seat> seats = new HashMap<>(4);
    private @Nullable Principal principal;
    private @Nullable Repayment repayment;
    private @Nullable ArrayDeque<Command> waiting;
    private boolean busy;
    private boolean closed;
    private boolean unflushed;
    private long heardAt = openedAt;
    private long pingedAt = openedAt;

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
        this.rate = new CommandRate(services.settings, openedAt);
        lane.attach(this);
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

    /// Takes a command of the client.
    ///
    /// @param command its syntax is right
    public void accept(Command command) {
        heard();
        if (closed) {
            return;
        }
        if (!rate.take(heardAt)) {
            outlet.send(new Message.Refused(command.id(), ErrorCode.RATE, "slow down"));
            outlet.flush();
        } else if (command instanceof Command.Ping) {
            outlet.send(new Message.Pong(command.id(), cursor()));
            outlet.flush();
        } else if (busy) {
            enqueue(command);
        } else {
            start(command);
        }
    }

    private void enqueue(Command command) {
        var queue = waiting == null ? new ArrayDeque<Command>(2) : waiting;
        waiting = queue;
        if (queue.size() >= services.settings.maxWaiting()) {
            close(Disconnect.FLOOD);
            return;
        }
        queue.add(command);
    }

    private void start(Command command) {
        busy = true;
        var who = principal;
        if (who == null) {
            if (command instanceof Command.Connect(var reply, var token)) {
                blocking(reply, () -> services.rights.principal(token), it -> admit(reply, it));
            } else {
                refuse(command.id(), ErrorCode.NOT_CONNECTED, "send connect with a token first");
            }
            return;
        }
        switch (command) {
            case Command.Connect(var reply, var ignored) ->
                    refuse(reply, ErrorCode.ALREADY_CONNECTED, "use refresh for a new token");
            case Command.Subscribe subscribe -> check(who, subscribe);
            case Command.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case Command.Publish publish -> check(who, publish);
            case Command.Refresh(var reply, var token) ->
                    blocking(
                            reply,
                            () -> services.rights.principal(token),
                            it -> refresh(reply, it));
            case Command.Ping(var reply) -> answer(new Message.Pong(reply, cursor()));
        }
    }

    private void answer(Message message) {
        outlet.send(message);
        outlet.flush();
        next();
    }

    private void refuse(long reply, ErrorCode code, String detail) {
        answer(new Message.Refused(reply, code, detail));
    }

    private void next() {
        busy = false;
        var queue = waiting;
        if (queue != null && !closed) {
            var command = queue.poll();
            if (command != null) {
                start(command);
            }
        }
    }

    /// Runs a question elsewhere and its answer here.
    private <T> void blocking(long reply, Supplier<T> question, Consumer<T> answer) {
        services.blocking.execute(() -> {
            try {
                var result = question.get();
                lane.loop().execute(() -> ifOpen(() -> answer.accept(result)));
            } catch (RuntimeException failed) {
                LOG.warn("connection {}: a command failed", id, failed);
                lane.loop()
                        .execute(() ->
                                ifOpen(() -> refuse(reply, ErrorCode.UNAVAILABLE, "try again")));
            }
        });
    }

    private void ifOpen(Runnable action) {
        if (!closed) {
            action.run();
        }
    }

    private void admit(long reply, Admission admission) {
        switch (admission) {
            case Admission.Valid(var who) -> {
                principal = who;
                answer(connected(reply, who));
            }
            case Admission.Refused(var code, var message) -> {
                outlet.send(
                        new Message.Refused(
                                reply, ErrorCode.UNAUTHENTICATED, code.code() + ": " + message));
                close(code.retry() ? Disconnect.UNAVAILABLE : Disconnect.UNAUTHENTICATED);
            }
        }
    }

    private Message connected(long reply, Principal who) {
        return new Message.Connected(reply, id, who.user(), who.expiresAt());
    }

    private void refresh(long reply, Admission admission) {
        switch (admission) {
            case Admission.Valid(var who) -> {
                var before = principal;
                if (before == null
                        || !before.tenant().equals(who.tenant())
                        || !before.user().equals(who.user())) {
                    refuse(reply, ErrorCode.FORBIDDEN, "the token is another user's");
                    return;
                }
                principal = who;
                recheck(reply, who);
            }
            case Admission.Refused(var code, var message) ->
                    refuse(reply, ErrorCode.UNAUTHENTICATED, code.code() + ": " + message);
        }
    }

    /// Asks the rules again about every subscription; those that are not allowed any longer end.
    private void recheck(long reply, Principal who) {
        var channels = List.copyOf(seats.keySet());
        blocking(
                reply,
                () ->
                        channels.stream()
                                .filter(channel ->
                                        services.rights.subscribe(who, channel)
                                                instanceof Access.Forbidden)
                                .toList(),
                forbidden -> {
                    if (!forbidden.isEmpty()) {
                        forbidden.forEach(this::leave);
                        outlet.send(new Message.Ended(forbidden));
                    }
                    answer(connected(reply, who));
                });
    }

    private void check(Principal who, Command.Subscribe command) {
        var reply = command.id();
        for (var channel : command.channels()) {
            if (seats.containsKey(channel)) {
                refuse(reply, ErrorCode.ALREADY_SUBSCRIBED, channel);
                return;
            }
        }
        if (seats.size() + command.channels().size() > services.settings.maxSubscriptions()) {
            var limit = services.settings.maxSubscriptions();
            refuse(reply, ErrorCode.LIMIT, "at most " + limit + " subscriptions");
            return;
        }
        blocking(
                reply,
                () -> forbidden(who, command.channels()),
                refusal -> {
                    if (refusal == null) {
                        subscribe(who, command);
                    } else {
                        answer(refusal.toMessage(reply));
                    }
                });
    }

    private record Forbidden(ErrorCode code, String detail) {
        Message toMessage(long reply) {
            return new Message.Refused(reply, code, detail);
        }
    }

    private @Nullable Forbidden forbidden(Principal who, List<String> channels) {
        for (var channel : channels) {
            if (services.rights.subscribe(who, channel)
                    instanceof Access.Forbidden(var code, var message)) {
                return new Forbidden(
                        code.retry() ? ErrorCode.UNAVAILABLE : ErrorCode.FORBIDDEN,
                        code.code() + ": " + message);
            }
        }
        return null;
    }

    private void subscribe(Principal who, Command.Subscribe command) {
        var place = Place.at(lane.position());
        if (command.cursor() != null) {
            var cursor = Cursor.parse(command.cursor());
            if (cursor == null || !cursor.epoch().equals(lane.epoch())) {
                var reason = cursor == null ? ResetReason.MALFORMED : ResetReason.EPOCH;
                answer(
                        new Message.Refused(
                                command.id(),
                                ErrorCode.RESET,
                                "read again, then subscribe with the new cursor",
                                reason));
                return;
            }
            place = cursor.place();
        }
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

    private void unsubscribe(Command.Unsubscribe command) {
        for (var channel : command.channels()) {
            if (!seats.containsKey(channel)) {
                refuse(command.id(), ErrorCode.NOT_SUBSCRIBED, channel);
                return;
            }
        }
        command.channels().forEach(this::leave);
        answer(new Message.Done(command.id()));
    }

    private void check(Principal who, Command.Publish command) {
        var limit = services.settings.maxPublish();
        var data = command.data();
        if (data != null && data.length() > limit) {
            refuse(command.id(), ErrorCode.TOO_LARGE, "at most " + limit + " bytes of data");
            return;
        }
        if (!TYPE.matcher(command.type()).matches() || command.type().startsWith("carillon.")) {
            refuse(command.id(), ErrorCode.MALFORMED, "type: 1 to 100 of A-Z a-z 0-9 _ . : -");
            return;
        }
        blocking(
                command.id(),
                () -> services.rights.publish(who, command.channel()),
                access -> {
                    switch (access) {
                        case Access.Allowed() -> {
                            services.ephemerals.publish(
                                    who.tenant(),
                                    command.channel(),
                                    command.type(),
                                    data,
                                    who.user());
                            answer(new Message.Done(command.id()));
                        }
                        case Access.Forbidden(var code, var message) ->
                                refuse(
                                        command.id(),
                                        code.retry() ? ErrorCode.UNAVAILABLE : ErrorCode.FORBIDDEN,
                                        code.code() + ": " + message);
                    }
                });
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
            next();
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
            List.copyOf(seats.keySet()).forEach(this::leave);
            if (repayment != null) {
                repayment.cancel();
                repayment = null;
            }
            waiting = null;
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
            next();
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
