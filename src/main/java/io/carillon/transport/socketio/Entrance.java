package io.carillon.transport.socketio;

import io.carillon.channel.Cursor;
import io.carillon.channel.ResetReason;
import io.carillon.connection.Command;
import io.carillon.connection.Connection;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// A client on its way into a namespace: from the CONNECT packet to the moment when everything that
/// it missed has been told.
///
/// `socket.recovered` is decided by the answer to CONNECT, and a client that loses its connection
/// in the middle keeps what came before that answer for later: so what was missed is held until it
/// is known to be whole, or until it is more than a write buffer. In the second case the answer
/// goes out first; should a reset be met after that, the session is ended, and the client comes
/// back to hear it. Whoever is not recovered is told where it begins: the stock client keeps the
/// offset of the session before until it hears another. Confined to the session's loop.
final class Entrance {
    /// The number of the commands that are given here.
    static final long COMMAND = 0;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 15;

    private final Owner owner;
    private final int room;
    private List<ByteBuf> held = new ArrayList<>();
    private int bytes;
    private boolean admitted;
    private @Nullable ResetReason missed;
    private @Nullable Pid pid;

    /// Set on a virtual thread before the admission comes back to the loop.
    @Nullable Plan plan;

    /// What the entrance does through its attachment.
    interface Owner {
        Connection connection();

        String namespace();

        /// @return where the lane's live clients stand
        Cursor stand();

        /// @return the text that the client keeps
        String sign(Pid pid);

        /// Answers CONNECT of a client that goes on.
        void admit(String id, String pid);

        /// Answers CONNECT of one that begins afresh.
        void begin(String id, String pid, String start);

        void pass(ByteBuf frame);

        void refuse(Message.Refused refused);

        /// The client must come back to hear that it missed something.
        void lost();

        /// The client is in.
        ///
        /// @param pid of the session
        /// @param plan how it began
        /// @param missed why it must read again, or null
        /// @param at where it stands
        void entered(Pid pid, Plan plan, @Nullable ResetReason missed, Cursor at);
    }

    /// @param owner the attachment
    /// @param room bytes that are held at most
    Entrance(Owner owner, int room) {
        this.owner = owner;
        this.room = room;
    }

    /// A frame that the client missed.
    void hold(ByteBuf frame) {
        if (admitted) {
            owner.pass(frame);
            return;
        }
        held.add(frame);
        bytes += frame.readableBytes();
        if (bytes > room) {
            var from = cursor();
            admit(from == null ? owner.stand().encode() : from);
        }
    }

    /// What the connection tells.
    void hear(Message message) {
        switch (message) {
            case Message.Connected ignored -> begin();
            case Message.Subscribed(var ignored, var all, var at) -> finish(at);
            case Message.Refused refused -> refused(refused);
            case Message.Reset ignored -> {}
            case Message.Ended ignored -> {}
            case Message.Done ignored -> {}
            case Message.Pong ignored -> {}
            case Message.Presence ignored -> {}
            case Message.Ping ignored -> {}
            case Message.Drain ignored -> {}
        }
    }

    private void begin() {
        if (channels().isEmpty()) {
            finish(owner.stand());
        } else {
            owner.connection().accept(new Command.Subscribe(COMMAND, channels(), cursor()));
        }
    }

    /// @return the session that is gone on with, as far as is known
    private Plan.@Nullable Again again() {
        return missed == null ? plan().again() : null;
    }

    private List<String> channels() {
        var again = again();
        return again == null ? plan().channels() : again.channels();
    }

    private @Nullable String cursor() {
        var again = again();
        if (again != null) {
            return again.cursor();
        }
        return missed == null ? plan().cursor() : null;
    }

    private void refused(Message.Refused refused) {
        var reason = refused.reason();
        if (refused.code() != ErrorCode.RESET || reason == null) {
            owner.refuse(refused);
        } else if (admitted || missed != null) {
            // Twice in one entrance: not at once again.
            owner.lost();
        } else {
            miss(reason);
        }
    }

    /// Something cannot be told: the client reads again, and begins from now on as it would have
    /// without a session before. What it joined there it joins again.
    private void miss(ResetReason reason) {
        missed = reason;
        forget();
        begin();
    }

    /// Everything that could be told has been told.
    private void finish(Cursor at) {
        if (!admitted) {
            var from = cursor();
            admit(from == null ? at.encode() : from);
        }
        owner.entered(Objects.requireNonNull(pid), plan(), missed, at);
    }

    private void admit(String start) {
        admitted = true;
        var again = again();
        if (again != null) {
            pid = again.before();
            owner.admit(again.before().id(), again.pid());
        } else {
            var who = Objects.requireNonNull(owner.connection().principal());
            var fresh =
                    new Pid(
                            UUID.randomUUID(),
                            id(),
                            who.tenant(),
                            who.user(),
                            owner.namespace(),
                            plan().begun(),
                            start);
            pid = fresh;
            owner.begin(fresh.id(), owner.sign(fresh), start);
        }
        held.forEach(owner::pass);
        held = List.of();
    }

    private static String id() {
        var random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /// Nobody will hear what is held.
    void forget() {
        held.forEach(ByteBuf::release);
        held = new ArrayList<>();
        bytes = 0;
    }

    private Plan plan() {
        return Objects.requireNonNull(plan);
    }
}
