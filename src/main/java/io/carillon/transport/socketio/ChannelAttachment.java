package io.carillon.transport.socketio;

import io.carillon.channel.Cursor;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.carillon.connection.Command;
import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.hub.Lane;
import io.carillon.presence.Presence;
import io.carillon.presence.Update;
import io.carillon.wire.socketio.Packet;
import io.carillon.wire.socketio.PacketEncoder;
import io.carillon.wire.socketio.Wish;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// One client in one namespace, as a [Connection] of the core: its events are commands, it is the
/// [Outlet].
///
/// So there is one position for each namespace, and recovery, backpressure, rights and limits are
/// the core's. Frames of the hub go to the session as they are. Confined to the session's loop.
final class ChannelAttachment implements Attachment, Outlet, Entrance.Owner, Rooms.Owner {
    private final ChannelNamespaces realm;
    private final Client client;
    private final String namespace;
    private final Lane lane;
    private final Connection connection;
    private @Nullable Entrance entrance;
    private @Nullable Format format;
    private @Nullable Pid pid;
    private @Nullable Joins joins;
    private @Nullable Rooms rooms;
    private long stint;
    private @Nullable Map<Long, Asked> asked;
    private @Nullable Position told;
    private @Nullable Audience there;
    private long commands = Entrance.COMMAND;
    private boolean gone;

    ChannelAttachment(
            ChannelNamespaces realm, Client client, String namespace, Lane lane, String id) {
        this.realm = realm;
        this.client = client;
        this.namespace = namespace;
        this.lane = lane;
        this.connection = new Connection(realm.services, lane, this, id, null);
    }

    /// @param auth what the client brought
    /// @return this
    ChannelAttachment enter(Auth auth) {
        var entering = new Entrance(this, realm.room);
        entrance = entering;
        client.judging();
        connection.introduce(() -> {
            try {
                var verdict = realm.judge.judge(namespace, auth);
                entering.plan = verdict.plan();
                return verdict.admission();
            } finally {
                client.session().loop().execute(client::judged);
            }
        });
        return this;
    }

    // The entrance's way out.

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Cursor stand() {
        return new Cursor(lane.epoch(), Place.at(lane.position()));
    }

    @Override
    public String sign(Pid fresh) {
        return realm.judge.sign(fresh);
    }

    @Override
    public void admit(String id, String text) {
        client.admit(namespace, id, text);
    }

    @Override
    public void begin(String id, String text, String start) {
        client.admit(namespace, id, text);
        client.emit(namespace, "carillon:position", List.of(PacketEncoder.quote(start)), List.of());
    }

    @Override
    public void pass(ByteBuf frame) {
        client.session().write(frame);
    }

    @Override
    public void refuse(Message.Refused refused) {
        if (gone) {
            return;
        }
        leave();
        var session = client.session();
        var code = refused.code();
        if (code.retry()) {
            // Not CONNECT_ERROR: after that the stock client would not come back.
            var reason = code == ErrorCode.CROWDED ? Disconnect.CROWDED : Disconnect.UNAVAILABLE;
            var unused =
                    session.loop()
                            .schedule(
                                    () -> session.end(reason),
                                    code.retryAfterMillis(),
                                    TimeUnit.MILLISECONDS);
        } else {
            client.refuse(this, refused.detail(), Replies.error(refused));
        }
        // Not from within what the connection is doing now.
        session.loop().execute(connection::closed);
    }

    /// Nothing is told from here on: a later position would claim what was not told.
    @Override
    public void lost() {
        leave();
        client.session().loop().execute(() -> client.session().end(Disconnect.UNAVAILABLE));
    }

    private void leave() {
        gone = true;
        if (entrance != null) {
            entrance.forget();
        }
        if (rooms != null) {
            rooms.close();
        }
    }

    @Override
    public void entered(Pid as, Plan plan, @Nullable ResetReason missed, Cursor at) {
        entrance = null;
        format = plan.format();
        pid = as;
        told = at.place().from();
        var again = missed == null ? plan.again() : null;
        joins = new Joins(as, again == null ? 0 : again.received());
        stint = again == null ? 0 : again.stint();
        if (again != null && again.row() == Plan.Row.KEPT) {
            realm.sessions.lives(as.session(), this);
        }
        if (missed != null) {
            emit("carillon:reset", Replies.reset(plan.channels(), missed), at);
        }
        client.session().flush();
        if ((again == null ? plan.audience() : again.audience()) == Plan.Audience.TENANT) {
            var number = ++commands;
            await(number, new Asked.Audience());
            connection.accept(
                    new Command.Subscribe(
                            number,
                            List.of(Presence.TENANT),
                            null,
                            Command.Following.EVENTS_AND_PRESENCE));
        }
    }

    // What the client says.

    @Override
    public void event(Packet.Event event) {
        var who = connection.principal();
        if (gone || entrance != null || who == null) {
            return;
        }
        var number = ++commands;
        var wish = realm.events.wish(event.name(), event.arguments(), who);
        await(number, new Asked.ByClient(event, wish));
        if (!event.attachments().isEmpty()) {
            connection.refuse(number, ErrorCode.MALFORMED, "binary values go to nobody here");
            return;
        }
        switch (wish) {
            case Wish.Subscribe(var channels, var cursor, var following) -> {
                // A position that was told is a cursor too.
                var from = cursor == null ? null : Offset.of(cursor).cursor();
                connection.accept(new Command.Subscribe(number, channels, from, following));
            }
            case Wish.Unsubscribe(var channels) ->
                    connection.accept(new Command.Unsubscribe(number, channels));
            case Wish.Publish(var channel, var type, var data) ->
                    connection.accept(new Command.Publish(number, channel, type, data));
            case Wish.Refresh(var token) -> connection.accept(new Command.Refresh(number, token));
            case Wish.Ping() -> connection.accept(new Command.Ping(number));
            case Wish.Presence(var state) -> connection.accept(new Command.Presence(number, state));
            case Wish.Malformed(var detail) ->
                    connection.refuse(number, ErrorCode.MALFORMED, detail);
            case Wish.Unknown() ->
                    connection.refuse(number, ErrorCode.UNKNOWN_COMMAND, "there is no such event");
        }
    }

    private void await(long number, Asked what) {
        var open = asked == null ? new HashMap<Long, Asked>(4) : asked;
        asked = open;
        open.put(number, what);
    }

    @Override
    public void heard() {
        connection.heard();
    }

    @Override
    public void drained() {
        connection.writable();
    }

    @Override
    public void left() {
        leave();
        if (pid != null) {
            realm.sessions.ended(pid.session(), this);
        }
        connection.closed();
    }

    // What the connection says.

    @Override
    public Format format() {
        // Asked for when something is followed, so there is a plan at least.
        return format == null
                ? Objects.requireNonNull(Objects.requireNonNull(entrance).plan).format()
                : format;
    }

    @Override
    public void write(ByteBuf frame) {
        if (gone) {
            frame.release();
        } else if (entrance == null) {
            client.session().write(frame);
        } else {
            entrance.hold(frame);
        }
    }

    @Override
    public String transport() {
        return "socketio";
    }

    @Override
    public boolean onePosition() {
        return true;
    }

    @Override
    public long unsent() {
        return client.session().unsent();
    }

    @Override
    public boolean writable() {
        return client.session().writable();
    }

    @Override
    public void flush() {
        client.session().flush();
    }

    @Override
    public void send(Message message) {
        if (gone) {
            return;
        }
        if (entrance != null) {
            entrance.hear(message);
            return;
        }
        switch (message) {
            case Message.Connected connected ->
                    answer(connected.reply(), Replies.connected(connected));
            case Message.Subscribed(var reply, var channels, var at) ->
                    subscribed(reply, channels, at);
            case Message.Done(var reply) -> done(reply);
            case Message.Pong(var reply, var at) ->
                    answer(reply, Replies.pong(at == null ? null : at.encode()));
            case Message.Refused refused -> refused(refused);
            case Message.Reset(var channels, var reason) -> reset(channels, reason);
            case Message.Ended(var channels) -> {
                emit("carillon:ended", Replies.ended(channels), connection.cursor());
                rooms().changed(ignored -> {});
            }
            case Message.Presence(var update) -> present(update);
            case Message.Ping(var at) -> position(at);
            case Message.Drain(var millis) ->
                    emit("carillon:drain", "{\"reconnectIn\":" + millis + "}", connection.cursor());
        }
    }

    /// Told before any later position, and without one: what comes behind it may have been met
    /// already. A reset that is met while the client is caught up ends the session, and the client
    /// comes back to hear it.
    private void reset(List<String> channels, ResetReason reason) {
        if (connection.channels().containsAll(channels)) {
            emit("carillon:reset", Replies.reset(channels, reason), null);
        } else {
            lost();
        }
    }

    private void subscribed(long number, List<String> channels, Cursor at) {
        switch (take(number)) {
            case Asked.ByClient(var event, var wish) -> {
                if (wish instanceof Wish.Subscribe join && join.cursor() != null) {
                    joins().caughtUp(channels, at);
                    told = null;
                } else {
                    joins().live(channels);
                }
                // From here on the client would come back to the place of its joining.
                position(at);
                rooms().changed(outcome -> {
                    if (outcome == Rooms.Outcome.KEPT) {
                        acknowledge(event, Replies.subscribed(channels, at.encode()));
                    } else {
                        undo(event, channels);
                    }
                });
            }
            case Asked.Undo ignored -> {}
            case Asked.Audience ignored -> {}
            case null -> {}
        }
    }

    private void undo(Packet.Event event, List<String> channels) {
        if (!gone) {
            var number = ++commands;
            await(number, new Asked.Undo(event));
            connection.accept(new Command.Unsubscribe(number, channels));
        }
    }

    private void done(long number) {
        switch (take(number)) {
            case Asked.ByClient(var event, var wish) -> {
                if (wish instanceof Wish.Unsubscribe) {
                    rooms().changed(ignored -> acknowledge(event, Replies.OK));
                } else {
                    acknowledge(event, Replies.OK);
                }
            }
            case Asked.Undo(var event) ->
                    fail(
                            event,
                            new Message.Refused(
                                    number, ErrorCode.UNAVAILABLE, "this cannot be kept now"));
            case Asked.Audience ignored -> {}
            case null -> {}
        }
    }

    private void answer(@Nullable Long number, String json) {
        if (number != null && take(number) instanceof Asked.ByClient(var event, var ignored)) {
            acknowledge(event, json);
        }
    }

    private void refused(Message.Refused refused) {
        var number = refused.reply();
        switch (number == null ? null : take(number)) {
            case Asked.ByClient(var event, var ignored) -> fail(event, refused);
            case Asked.Undo(var event) -> fail(event, refused);
            case Asked.Audience ignored -> {}
            case null -> emit("carillon:error", Replies.failed("", refused), connection.cursor());
        }
    }

    private @Nullable Asked take(long number) {
        return asked == null ? null : asked.remove(number);
    }

    private void acknowledge(Packet.Event event, String json) {
        if (!gone && event.ack() != null) {
            client.answer(namespace, event.ack(), List.of(json), List.of());
            client.session().flush();
        }
    }

    private void fail(Packet.Event event, Message.Refused refused) {
        if (event.ack() == null) {
            emit("carillon:error", Replies.failed(event.name(), refused), connection.cursor());
        } else {
            acknowledge(event, Replies.refused(refused));
        }
    }

    private void present(Update update) {
        emit("carillon:presence", Replies.presence(update), connection.cursor());
        if (update.channel().equals(Presence.TENANT)) {
            var known = there == null ? new Audience() : there;
            there = known;
            for (var word : known.told(update)) {
                emit(word.event(), word.json(), connection.cursor());
            }
        }
    }

    /// Gives the client a place to come back to, unless it has that one: a quiet client's would get
    /// old.
    private void position(@Nullable Cursor at) {
        if (at != null && (told == null || !told.equals(at.place().from()))) {
            told = at.place().from();
            client.emit(
                    namespace,
                    "carillon:position",
                    List.of(PacketEncoder.quote(joins().offset(at))),
                    List.of());
        }
    }

    private void emit(String name, String json, @Nullable Cursor at) {
        if (!gone) {
            var arguments =
                    at == null
                            ? List.of(json)
                            : List.of(json, PacketEncoder.quote(joins().offset(at)));
            client.emit(namespace, name, arguments, List.of());
        }
    }

    private Joins joins() {
        return Objects.requireNonNull(joins);
    }

    private Rooms rooms() {
        var kept = rooms;
        if (kept == null) {
            kept =
                    new Rooms(
                            realm.sessions,
                            client.session().loop(),
                            Objects.requireNonNull(pid),
                            stint,
                            connection.channels(),
                            joins(),
                            this);
            rooms = kept;
        }
        return kept;
    }

    @Override
    public void close(Disconnect reason) {
        if (gone) {
            return;
        }
        leave();
        if (reason.reconnect()) {
            // Not DISCONNECT: with that the stock client would not come back.
            client.session().end(reason);
        } else if (entrance != null) {
            client.refuse(this, reason.meaning(), Replies.closed(reason));
        } else {
            client.emit(namespace, "carillon:closed", List.of(Replies.closed(reason)), List.of());
            client.dismiss(this);
        }
        if (pid != null) {
            realm.sessions.ended(pid.session(), this);
        }
    }
}
