package io.carillon.transport.queue;

import io.carillon.connection.Command;
import io.carillon.connection.Connection;
import io.carillon.connection.Disconnect;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.carillon.connection.Outlet;
import io.carillon.hub.Format;
import io.carillon.identity.Principal;
import io.carillon.wire.queue.Saying;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/// A client of the queue: what it says to commands, and its [Outlet].
///
/// Once it is let in it is shown the queue and follows from there; with a cursor it first hears
/// what it missed. A reset is answered by itself: the snapshot is the reading anew. Confined to the
/// channel's event loop, which is the lane's; what blocks runs elsewhere and comes back.
///
/// Bounds: [#BURST] messages at once and [#PER_SECOND] in the long run, then
/// [Disconnect#FLOOD]; one take at a time; one picture that waits, see [View].
final class QueueClient implements Outlet, Pictures.Viewer {
    private static final long FOLLOW = 1;
    private static final long OTHER = 2;
    private static final int BURST = 40;
    private static final int PER_SECOND = 10;
    private static final int MOST_RESETS = 5;
    private static final double NANOS = 1e9;

    private final QueueClients clients;
    private final QueueClients.Visit visit;
    private final Wire wire;
    private final View view;
    private final EventLoop loop;
    private @Nullable Connection connection;
    private List<String> wanted;
    private @Nullable String cursor;
    private double allowance = BURST;
    private long allowedAt = System.nanoTime();
    private int resets;
    private boolean judging;
    private boolean looking;
    private boolean taking;
    private boolean gone;

    QueueClient(QueueClients clients, Channel channel, QueueClients.Visit visit) {
        this.clients = clients;
        this.visit = visit;
        this.loop = channel.eventLoop();
        this.wire = new Wire(channel, clients.settings, this);
        this.view = new View(this, visit.type());
        this.wanted = visit.channels();
        this.cursor = visit.cursor();
    }

    /// The WebSocket is open.
    void start() {
        onLoop(() -> {
            connection = clients.attach(this, wire.channel());
            wire.begin();
            if (visit.credential() != null && !gone) {
                introduce(visit.credential());
            }
        });
    }

    private void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    private void elsewhere(Runnable action) {
        clients.blocking.execute(action);
    }

    private void introduce(Credential brought) {
        judging = true;
        connection().introduce(() -> clients.entrance.judge(visit.tenant(), visit.type(), brought));
    }

    // From the client.

    /// Something came in.
    void heard() {
        if (connection != null) {
            connection.heard();
        }
    }

    /// @param text a whole message
    void said(String text) {
        onLoop(() -> {
            if (!gone && connection != null && allowed()) {
                take(Saying.read(text));
            }
        });
    }

    private boolean allowed() {
        var now = System.nanoTime();
        allowance = Math.min(BURST, allowance + (now - allowedAt) * PER_SECOND / NANOS);
        allowedAt = now;
        if (allowance < 1) {
            connection().close(Disconnect.FLOOD);
            return false;
        }
        allowance--;
        return true;
    }

    private void take(Saying saying) {
        switch (saying) {
            case Saying.Auth auth -> auth(auth);
            case Saying.Ping() -> connection().accept(new Command.Ping(OTHER));
            case Saying.Look() -> ifIn(this::look);
            case Saying.Take take -> ifIn(() -> take(take));
            case Saying.Unknown(var detail) ->
                    connection().refuse(null, ErrorCode.UNKNOWN_COMMAND, detail);
        }
    }

    private void auth(Saying.Auth auth) {
        if (!judging) {
            introduce(credential(auth));
        } else if (auth.token() != null && connection().principal() != null) {
            connection().accept(new Command.Refresh(OTHER, auth.token()));
        } else {
            tell(null, ErrorCode.ALREADY_CONNECTED.code(), "send a new token to refresh");
        }
    }

    private static Credential credential(Saying.Auth auth) {
        if (auth.token() != null) {
            return new Credential.Token(auth.token());
        }
        return auth.ticket() != null
                ? new Credential.Ticket(auth.ticket())
                : new Credential.Key(Objects.requireNonNull(auth.deviceKey()));
    }

    private void ifIn(Runnable action) {
        if (connection().principal() == null) {
            tell(null, ErrorCode.NOT_CONNECTED.code(), "say who you are first: auth");
        } else {
            action.run();
        }
    }

    private void take(Saying.Take wish) {
        var who = Objects.requireNonNull(connection().principal());
        if (visit.type() != ClientType.TOTEM) {
            tell(wish.ref(), ErrorCode.FORBIDDEN.code(), "only totems take tickets here");
        } else if (taking) {
            tell(wish.ref(), ErrorCode.RATE.code(), "one ticket at a time");
        } else {
            taking = true;
            elsewhere(() -> take(who, wish));
        }
    }

    private void take(Principal who, Saying.Take wish) {
        FrontDesk.Taken taken;
        try {
            taken =
                    clients.desk.take(
                            who, new FrontDesk.Wish(wish.service(), wish.key(), wish.customer()));
        } catch (RuntimeException failed) {
            taken = new FrontDesk.Taken.Refused(ErrorCode.UNAVAILABLE.code(), "try again");
        }
        var told = taken;
        loop.execute(() -> {
            taking = false;
            switch (told) {
                case FrontDesk.Taken.Ticket(var json) -> {
                    write(clients.messages.taken(wish.ref(), json));
                    flush();
                }
                case FrontDesk.Taken.Refused(var code, var detail) ->
                        tell(wish.ref(), code, detail);
            }
        });
    }

    /// The channel or the session has ended.
    void gone() {
        onLoop(() -> {
            if (!gone) {
                gone = true;
                clients.pictures.leave(visit.tenant(), this);
                if (connection != null) {
                    connection.closed();
                }
            }
        });
    }

    /// A message is larger than any that is understood.
    void tooLarge() {
        if (!gone && connection != null) {
            connection.close(Disconnect.TOO_LARGE);
        }
    }

    /// The framework could not read or hand over what came.
    void failed() {
        onLoop(() -> {
            if (!gone && connection != null) {
                connection.close(Disconnect.MALFORMED);
            }
        });
    }

    /// The channel can be written to again.
    void drained() {
        if (!gone && connection != null) {
            connection.writable();
            view.drained();
        }
    }

    // The queue.

    @Override
    public void show(Showing showing) {
        onLoop(() -> put(showing));
    }

    private void put(Showing showing) {
        if (!gone) {
            view.show(showing);
        }
    }

    /// Shows the queue, and follows from there where nothing is followed.
    private void look() {
        if (looking || gone) {
            return;
        }
        looking = true;
        elsewhere(() -> {
            Showing showing;
            try {
                showing = clients.pictures.showing(visit.tenant());
            } catch (RuntimeException failed) {
                loop.execute(() -> connection().close(Disconnect.UNAVAILABLE));
                return;
            }
            loop.execute(() -> looked(showing));
        });
    }

    private void looked(Showing showing) {
        looking = false;
        put(showing);
        if (!wanted.isEmpty() && !gone) {
            follow(showing.cursor());
        }
    }

    private void follow(String from) {
        var channels = wanted;
        wanted = List.of();
        connection().accept(new Command.Subscribe(FOLLOW, channels, from));
    }

    // Of the connection.

    @Override
    public Format format() {
        return clients.format(visit.type());
    }

    @Override
    public String transport() {
        return "queue";
    }

    @Override
    public long unsent() {
        return wire.unsent();
    }

    @Override
    public boolean writable() {
        return wire.writable();
    }

    @Override
    public void write(ByteBuf frame) {
        wire.write(frame);
    }

    @Override
    public void flush() {
        wire.flush();
    }

    @Override
    public void send(Message message) {
        switch (message) {
            case Message.Connected connected -> connected(connected);
            case Message.Subscribed _ -> {
                resets = 0;
                if (cursor != null) {
                    // It has heard what it missed; now what became of it.
                    cursor = null;
                    look();
                }
            }
            case Message.Refused refused -> refused(refused);
            case Message.Reset(var channels, var reason) -> {
                write(clients.messages.reset(reason.code()));
                again(channels);
            }
            case Message.Ended _ -> {
                tell(null, ErrorCode.FORBIDDEN.code(), "this is not allowed any longer");
                loop.execute(() -> connection().close(Disconnect.UNAUTHENTICATED));
            }
            case Message.Ping(var at) -> {
                write(clients.messages.ping(at));
                wire.ping();
            }
            case Message.Pong(_, var at) -> write(clients.messages.pong(at));
            case Message.Drain(var millis) -> write(clients.messages.drain(millis));
            case Message.Presence _ -> {}
            case Message.Done _ -> {}
        }
    }

    private void connected(Message.Connected connected) {
        write(
                clients.messages.connected(
                        connected.connection(),
                        connected.user(),
                        visit.type().word(),
                        connected.expiresAt()));
        if (connected.reply() == null) {
            clients.pictures.follow(visit.tenant(), this);
            if (cursor == null) {
                look();
            } else {
                follow(cursor);
            }
        }
    }

    private void refused(Message.Refused refused) {
        var following = Long.valueOf(FOLLOW).equals(refused.reply());
        var reason = refused.reason();
        if (following && reason != null) {
            write(clients.messages.reset(reason.code()));
            again(visit.channels());
            return;
        }
        write(clients.messages.error(null, refused.code().code(), refused.detail()));
        if (following) {
            // Without it there is nothing to say here. Not from within a call of the connection.
            var because =
                    refused.code().retry() ? Disconnect.UNAVAILABLE : Disconnect.UNAUTHENTICATED;
            loop.execute(() -> connection().close(because));
        }
    }

    /// What was missed cannot be told: the queue is read anew and followed from there.
    private void again(List<String> channels) {
        if (++resets > MOST_RESETS) {
            loop.execute(() -> connection().close(Disconnect.UNAVAILABLE));
            return;
        }
        cursor = null;
        wanted = List.copyOf(channels);
        look();
    }

    @Override
    public void close(Disconnect reason) {
        wire.end(reason.number(), reason.reason());
        clients.pictures.leave(visit.tenant(), this);
        gone = true;
    }

    private void tell(@Nullable String ref, String code, String detail) {
        write(clients.messages.error(ref, code, detail));
        flush();
    }

    private Connection connection() {
        return Objects.requireNonNull(connection);
    }
}
