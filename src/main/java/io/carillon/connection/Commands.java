package io.carillon.connection;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.auth.Refusal;
import io.carillon.channel.Cursor;
import io.carillon.channel.Place;
import io.carillon.channel.ResetReason;
import io.carillon.identity.Principal;
import io.carillon.limit.LimitKind;
import io.carillon.presence.State;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Carries out one connection's commands, one after the other, and answers each once.
///
/// Rights are asked for on virtual threads; everything else happens on the lane's thread, to which
/// this is confined. While a command waits for its answer the next ones wait behind it, as many as
/// [Settings#maxWaiting]; a ping overtakes.
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    /// Messages without a readable id that are answered before the connection is closed.
    private static final int MAX_UNREADABLE = 10;

    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

    private final Connection connection;
    private final Services services;
    private final CommandRate rate;
    private @Nullable ArrayDeque<Command> waiting;
    private int tooFast;
    private int unreadable;
    private boolean busy;

    Commands(Connection connection, Services services, long nanos) {
        this.connection = connection;
        this.services = services;
        this.rate = new CommandRate(services.settings.commandBurst(), nanos);
    }

    /// @param command its syntax is right
    /// @param nanos [System#nanoTime]
    void accept(Command command, long nanos) {
        if (!withinRate(command.id(), nanos)) {
            return;
        }
        if (command instanceof Command.Ping) {
            connection.tell(new Message.Pong(command.id(), connection.cursor()));
            connection.outlet().flush();
        } else if (busy) {
            enqueue(command);
        } else {
            start(command);
        }
    }

    /// A token or ticket came with the handshake; commands wait until it is judged.
    void introduce(Supplier<Admission> question) {
        busy = true;
        blocking(null, question, admission -> admit(null, admission));
    }

    /// The wire could not read a command.
    void refuse(@Nullable Long reply, ErrorCode code, String detail, long nanos) {
        if (!withinRate(reply, nanos)) {
            return;
        }
        connection.tell(new Message.Refused(reply, code, detail));
        if (reply == null && ++unreadable > MAX_UNREADABLE) {
            connection.close(Disconnect.MALFORMED);
        } else {
            connection.outlet().flush();
        }
    }

    /// Whoever is too fast is told so; whoever does not listen is closed.
    private boolean withinRate(@Nullable Long reply, long nanos) {
        var usage = connection.usage();
        var special = usage == null ? null : usage.limit().commands();
        var perSecond = special == null ? services.settings.commandRate() : special;
        var burst = special == null ? services.settings.commandBurst() : 4 * special;
        if (rate.take(perSecond, burst, nanos)) {
            // Not forgotten at once: somebody far too fast gets one command through now and then.
            tooFast = Math.max(0, tooFast - 1);
            return true;
        }
        if (usage != null) {
            usage.refuse(LimitKind.COMMANDS);
        }
        if (++tooFast > burst) {
            connection.close(Disconnect.FLOOD);
            return false;
        }
        connection.tell(new Message.Refused(reply, ErrorCode.RATE, "slow down"));
        connection.outlet().flush();
        return false;
    }

    /// The client is gone.
    void forget() {
        waiting = null;
    }

    private void enqueue(Command command) {
        var queue = waiting == null ? new ArrayDeque<Command>(2) : waiting;
        waiting = queue;
        if (queue.size() >= services.settings.maxWaiting()) {
            connection.close(Disconnect.FLOOD);
            return;
        }
        queue.add(command);
    }

    private void start(Command command) {
        busy = true;
        var who = connection.principal();
        if (who == null) {
            if (command instanceof Command.Connect(var reply, var token)) {
                blocking(reply, () -> services.rights.principal(token), it -> admit(reply, it));
            } else {
                decline(command.id(), ErrorCode.NOT_CONNECTED, "send connect with a token first");
            }
            return;
        }
        if (services.rights.revoked(who)) {
            connection.close(Disconnect.REVOKED);
            return;
        }
        switch (command) {
            case Command.Connect(var reply, var ignored) ->
                    decline(reply, ErrorCode.ALREADY_CONNECTED, "use refresh for a new token");
            case Command.Subscribe subscribe -> check(who, subscribe);
            case Command.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case Command.Publish publish -> check(who, publish);
            case Command.Presence(var reply, var word) -> state(reply, word);
            case Command.Refresh(var reply, var token) ->
                    blocking(
                            reply,
                            () -> services.rights.principal(token),
                            it -> refresh(reply, it));
            case Command.Ping(var reply) -> answer(new Message.Pong(reply, connection.cursor()));
        }
    }

    private void answer(Message message) {
        connection.tell(message);
        connection.outlet().flush();
        next();
    }

    private void decline(@Nullable Long reply, ErrorCode code, String detail) {
        answer(new Message.Refused(reply, code, detail));
    }

    /// The command in hand has been answered.
    void next() {
        busy = false;
        var queue = waiting;
        if (queue != null && !connection.isClosed()) {
            var command = queue.poll();
            if (command != null) {
                start(command);
            }
        }
    }

    /// Runs a question elsewhere and its answer here.
    private <T> void blocking(@Nullable Long reply, Supplier<T> question, Consumer<T> answer) {
        services.blocking.execute(() -> {
            try {
                var result = question.get();
                connection.lane().loop().execute(() -> ifOpen(() -> answer.accept(result)));
            } catch (RuntimeException | Error failed) {
                LOG.warn("connection {}: a command failed", connection.id(), failed);
                connection
                        .lane()
                        .loop()
                        .execute(() ->
                                ifOpen(() -> decline(reply, ErrorCode.UNAVAILABLE, "try again")));
            }
        });
    }

    private void ifOpen(Runnable action) {
        if (!connection.isClosed()) {
            action.run();
        }
    }

    private void admit(@Nullable Long reply, Admission admission) {
        switch (admission) {
            case Admission.Valid(var who) -> {
                if (connection.admit(who)) {
                    answer(connected(reply, who));
                } else {
                    turnAway(reply);
                }
            }
            case Admission.Refused(var code, var message) -> {
                connection.tell(
                        new Message.Refused(
                                reply,
                                code.retry() ? ErrorCode.UNAVAILABLE : ErrorCode.UNAUTHENTICATED,
                                code.code() + ": " + message));
                connection.close(
                        code.retry() ? Disconnect.UNAVAILABLE : Disconnect.UNAUTHENTICATED);
            }
        }
    }

    /// The tenant or the user has as many connections as it may have.
    void turnAway(@Nullable Long reply) {
        var detail = "too many connections of the tenant or user";
        connection.outlet().send(new Message.Refused(reply, ErrorCode.CROWDED, detail));
        connection.close(Disconnect.CROWDED);
    }

    private Message connected(@Nullable Long reply, Principal who) {
        return new Message.Connected(reply, connection.id(), who.user(), who.expiresAt());
    }

    private void refresh(long reply, Admission admission) {
        switch (admission) {
            case Admission.Valid(var who) -> {
                var before = connection.principal();
                if (before == null
                        || !before.tenant().equals(who.tenant())
                        || !before.user().equals(who.user())) {
                    decline(reply, ErrorCode.FORBIDDEN, "the token is another user's");
                    return;
                }
                var unused = connection.admit(who);
                recheck(reply, who);
            }
            case Admission.Refused(var code, var message) ->
                    decline(reply, ErrorCode.UNAUTHENTICATED, code.code() + ": " + message);
        }
    }

    /// Asks the rules again about every subscription; those that are not allowed any longer end.
    private void recheck(long reply, Principal who) {
        var channels = List.copyOf(connection.channels());
        var before = services.rights.changes();
        blocking(
                reply,
                () -> forbidden(who, channels, code -> true),
                forbidden -> {
                    connection.end(forbidden);
                    answer(connected(reply, who));
                    reconsiderSince(before, who, channels);
                });
    }

    private List<String> forbidden(
            Principal who, List<String> channels, Predicate<Refusal> counts) {
        return channels.stream()
                .filter(channel ->
                        services.rights.subscribe(who, channel)
                                        instanceof Access.Forbidden(var code, var ignored)
                                && counts.test(code))
                .toList();
    }

    /// Rights have changed while the rules were asked about these channels, so the answer may be of
    /// before; whatever changes later finds the channels among the connection's own.
    private void reconsiderSince(long before, Principal who, List<String> channels) {
        if (services.rights.changes() != before) {
            reconsider(who, channels);
        }
    }

    /// Tells of channels that were reset. Where they are followed on, the right stood a moment ago,
    /// and the rules are asked again beside it.
    void reset(List<String> channels, ResetReason reason) {
        if (!channels.isEmpty()) {
            connection.tell(new Message.Reset(channels, reason));
        }
        var outlet = connection.outlet();
        outlet.flush();
        var who = connection.principal();
        if (outlet.onePosition() && !connection.isClosed() && who != null) {
            reconsider(who, channels);
        }
    }

    /// The rules said so of channels, when they were asked about somebody; the token may be another
    /// by now.
    void notAllowed(Principal asked, List<String> forbidden) {
        var who = connection.principal();
        if (connection.isClosed() || who == null) {
            return;
        }
        if (who == asked) {
            connection.end(forbidden);
        } else {
            reconsider(who, forbidden);
        }
    }

    /// Asks about subscriptions that stand, beside the commands; what cannot be known now stays.
    void reconsider(Principal who, List<String> channels) {
        services.blocking.execute(() -> {
            var forbidden = forbidden(who, channels, code -> !code.retry());
            if (!forbidden.isEmpty()) {
                connection.notAllowed(who, forbidden);
            }
        });
    }

    private void check(Principal who, Command.Subscribe command) {
        var reply = command.id();
        var named = new HashSet<String>();
        for (var channel : command.channels()) {
            if (connection.channels().contains(channel) || !named.add(channel)) {
                decline(reply, ErrorCode.ALREADY_SUBSCRIBED, channel);
                return;
            }
        }
        var usage = connection.usage();
        var special = usage == null ? null : usage.limit().subscriptions();
        var limit = special == null ? services.settings.maxSubscriptions() : special;
        if (connection.channels().size() + command.channels().size() > limit) {
            if (usage != null) {
                usage.refuse(LimitKind.SUBSCRIPTIONS);
            }
            decline(reply, ErrorCode.LIMIT, "at most " + limit + " subscriptions");
            return;
        }
        var before = services.rights.changes();
        blocking(
                reply,
                () -> firstForbidden(who, command),
                refusal -> {
                    if (refusal == null) {
                        subscribe(who, command);
                        reconsiderSince(before, who, command.channels());
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

    private @Nullable Forbidden firstForbidden(Principal who, Command.Subscribe command) {
        for (var channel : command.channels()) {
            if (services.rights.subscribe(who, channel)
                    instanceof Access.Forbidden(var code, var message)) {
                return new Forbidden(
                        code.retry() ? ErrorCode.UNAVAILABLE : ErrorCode.FORBIDDEN,
                        code.code() + ": " + message);
            }
            if (command.following() == Command.Following.EVENTS_AND_PRESENCE
                    && !services.rights.presence(channel)) {
                return new Forbidden(
                        ErrorCode.FORBIDDEN,
                        "presence_hidden: the rule of " + channel + " hides it");
            }
        }
        return null;
    }

    private void subscribe(Principal who, Command.Subscribe command) {
        var place = Place.at(connection.lane().position());
        if (command.cursor() != null) {
            var cursor = Cursor.parse(command.cursor());
            if (cursor == null || !cursor.epoch().equals(connection.lane().epoch())) {
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
        var usage = connection.usage();
        if (usage != null && !usage.subscribe(who.user(), command.channels().size())) {
            var most = usage.limit().userSubscriptions();
            decline(command.id(), ErrorCode.LIMIT, "at most " + most + " subscriptions of a user");
            return;
        }
        connection.follow(who, command, place);
    }

    private void state(long reply, String word) {
        var state = State.of(word);
        if (state == null) {
            decline(reply, ErrorCode.MALFORMED, "state is online, away or busy");
        } else if (connection.state(state)) {
            answer(new Message.Done(reply));
        } else {
            decline(reply, ErrorCode.RATE, "the state changes too often");
        }
    }

    private void unsubscribe(Command.Unsubscribe command) {
        for (var channel : command.channels()) {
            if (!connection.channels().contains(channel)) {
                decline(command.id(), ErrorCode.NOT_SUBSCRIBED, channel);
                return;
            }
        }
        command.channels().forEach(connection::leave);
        answer(new Message.Done(command.id()));
    }

    private void check(Principal who, Command.Publish command) {
        var usage = connection.usage();
        var special = usage == null ? null : usage.limit().eventBytes();
        var usual = services.settings.maxPublish();
        var limit = special == null ? usual : Math.min(usual, special);
        var data = command.data();
        if (data != null && ByteBufUtil.utf8Bytes(data) > limit) {
            if (usage != null) {
                usage.refuse(LimitKind.EVENT_BYTES);
            }
            decline(command.id(), ErrorCode.TOO_LARGE, "at most " + limit + " bytes of data");
            return;
        }
        if (!TYPE.matcher(command.type()).matches() || command.type().startsWith("carillon.")) {
            decline(command.id(), ErrorCode.MALFORMED, "type: 1 to 100 of A-Z a-z 0-9 _ . : -");
            return;
        }
        if (usage != null && !usage.publish(System.nanoTime())) {
            decline(command.id(), ErrorCode.RATE, "the tenant publishes too much; slow down");
            return;
        }
        blocking(command.id(), () -> published(who, command), Runnable::run);
    }

    /// By the channel's rule; where it lets nobody publish, by the word of a module. Blocks.
    ///
    /// @return what is left to do on the loop
    private Runnable published(Principal who, Command.Publish command) {
        var channel = command.channel();
        var access = services.rights.publish(who, channel);
        if (access instanceof Access.Allowed) {
            return () -> {
                services.ephemerals.publish(
                        who.tenant(), channel, command.type(), command.data(), who.user());
                answer(new Message.Done(command.id()));
            };
        }
        for (var word : services.words) {
            if (word.takes(channel, command.type())) {
                var said = word.say(who, channel, command.type(), command.data());
                return () -> answer(command, said);
            }
        }
        return () -> answer(command, access);
    }

    private void answer(Command.Publish command, Access access) {
        switch (access) {
            case Access.Allowed() -> answer(new Message.Done(command.id()));
            case Access.Forbidden(var code, var message) ->
                    decline(
                            command.id(),
                            code.retry() ? ErrorCode.UNAVAILABLE : ErrorCode.FORBIDDEN,
                            code.code() + ": " + message);
        }
    }
}
