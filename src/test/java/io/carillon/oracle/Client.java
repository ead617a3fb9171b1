package io.carillon.oracle;

import io.carillon.auth.TestTokens;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A page: reads its tables, follows their channels by whatever transport, is slow, vanishes, comes
/// back with its cursors as the protocol says, reads again when it is told to.
///
/// What it knows is guarded by itself; everything else is one thread's.
final class Client implements Runnable {
    /// What all clients share.
    ///
    /// @param node where the nodes are
    /// @param loader reads tables
    /// @param signals when to be calm and when to stop
    record Surroundings(Ground node, Loader loader, Signals signals) {}

    final String name;
    final String tenant;
    final Diary diary = new Diary(6_000);
    final Map<String, Following> followings = new LinkedHashMap<>();
    final List<Following> past = new ArrayList<>();
    int connections;
    int faults;

    /// Polls that ended in anything but an answer.
    int pollErrors;

    private final Surroundings around;
    private final Chance chance;
    private final List<String> channels;
    private final Set<String> live = new HashSet<>();
    private boolean narrow;

    /// What was asked for, and what of it is still owed an answer.
    private final Map<List<String>, Set<String>> unanswered = new LinkedHashMap<>();

    Client(String name, String tenant, List<String> channels, long seed, Surroundings around) {
        this.name = name;
        this.tenant = tenant;
        this.channels = channels;
        this.around = around;
        this.chance = new Chance(seed, name);
    }

    @Override
    public void run() {
        while (!around.signals.stopped()) {
            try {
                load();
                try (var closing = new Conversation(open())) {
                    closing.hold();
                }
            } catch (SQLException | IOException lost) {
                diary.note("lost: " + lost.getMessage());
                around.signals.rest(chance.between(10, 200));
            } catch (RuntimeException | Error wrong) {
                diary.note("WRONG: " + wrong);
                around.signals.fail(this, wrong);
                return;
            }
        }
    }

    /// @return whether every channel is followed, and answered
    boolean complete() {
        return followings.size() == channels.size() && live.size() == channels.size();
    }

    private void load() throws SQLException, IOException {
        var missing = new ArrayList<>(channels);
        missing.removeAll(followings.keySet());
        if (missing.isEmpty()) {
            return;
        }
        var loaded = around.loader.load(tenant, missing, chance);
        synchronized (this) {
            loaded.forEach(following -> followings.put(following.channel, following));
        }
        diary.note("read " + missing + " at " + loaded.getFirst().cursor);
        around.signals.changed();
    }

    private TreeMap<String, List<String>> byCursor(Collection<String> wanted) {
        var groups = new TreeMap<String, List<String>>();
        for (var channel : wanted) {
            groups.computeIfAbsent(followings.get(channel).cursor, ignored -> new ArrayList<>())
                    .add(channel);
        }
        return groups;
    }

    private Session open() throws IOException {
        connections++;
        live.clear();
        unanswered.clear();
        var groups = byCursor(followings.keySet());
        var token = TestTokens.hs256(TestTokens.user(tenant, "ana", List.of("member")));
        // A window smaller than a segment is served by the kernel's probes, a piece in 0.2 s: good
        // against a node, but nothing to wait for in the end.
        var buffer = chance.onceIn(2) && !around.signals.calm() ? chance.between(2, 8) * 1_024 : 0;
        narrow = buffer > 0;
        var transport = groups.size() > 1 ? 0 : chance.below(4);
        if (transport < 2) {
            diary.note("connects by WebSocket, buffer " + buffer);
            var session = new WebSocketSession(around.node.port(), buffer, token);
            for (var group : groups.entrySet()) {
                subscribe(session, group.getValue(), group.getKey());
            }
            return session;
        }
        var cursor = groups.firstEntry().getKey();
        var all = groups.firstEntry().getValue();
        diary.note(
                (transport == 2 ? "opens a stream" : "polls")
                        + " from "
                        + cursor
                        + ", buffer "
                        + buffer);
        unanswered.put(all, new LinkedHashSet<>(all));
        return transport == 2
                ? new StreamSession(around.node.port(), buffer, token, all, cursor)
                : polls(buffer, token, all, cursor);
    }

    private Session polls(int buffer, String token, List<String> all, String cursor)
            throws IOException {
        try {
            return new PollSession(around.node.port(), buffer, token, all, cursor);
        } catch (IOException refused) {
            pollErrors++;
            throw refused;
        }
    }

    /// All channels of one cursor in one command, or in two.
    private void subscribe(Session session, List<String> group, String cursor) throws IOException {
        var cut = chance.onceIn(3) ? chance.between(1, group.size()) : group.size();
        for (var part : List.of(group.subList(0, cut), group.subList(cut, group.size()))) {
            if (!part.isEmpty() && session.subscribe(List.copyOf(part), cursor)) {
                diary.note("subscribes " + part + " from " + cursor);
                unanswered.put(List.copyOf(part), new LinkedHashSet<>(part));
            }
        }
    }

    /// One connection's time.
    private final class Conversation implements AutoCloseable {
        private final Session session;
        private final long end;
        private int budget;
        private Following away;
        private boolean lastRound;

        Conversation(Session session) {
            this.session = session;
            this.budget = chance.onceIn(3) ? chance.between(0, 20) : chance.between(20, 2_000);
            this.end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(chance.between(50, 6_000));
        }

        void hold() throws IOException, SQLException {
            try {
                converse();
            } catch (IOException lost) {
                if (session instanceof PollSession) {
                    diary.note("a poll failed: " + lost.getMessage());
                    pollErrors++;
                }
                throw lost;
            }
        }

        private void converse() throws IOException, SQLException {
            while (!around.signals.stopped()) {
                var message = session.next(around.signals.calm() ? 200 : chance.below(60));
                if (message != null) {
                    handle(message);
                }
                if (over(message)) {
                    return;
                }
                if (around.signals.calm() && narrow) {
                    diary.note("vanishes, to come back with a buffer");
                    return;
                } else if (around.signals.calm()) {
                    settle();
                } else if (--budget < 0 || System.nanoTime() > end) {
                    diary.note("vanishes");
                    return;
                } else {
                    live();
                }
            }
        }

        /// Streams and polls that were refused are over, and those of which something was reset end
        /// when what had come is taken.
        private boolean over(Map<String, Object> message) {
            var push = message == null ? "nothing" : message.get("push");
            return "refused".equals(push) && !(session instanceof WebSocketSession)
                    || lastRound && ("nothing".equals(push) || "polled".equals(push));
        }

        private void settle() throws IOException, SQLException {
            if (away != null) {
                comeBack();
            } else if (followings.size() < channels.size()) {
                again();
            }
        }

        private void live() throws IOException, SQLException {
            if (chance.onceIn(150)) {
                diary.note("does not read");
                around.signals.rest(chance.between(100, 2_500));
            }
            if (away != null) {
                if (chance.onceIn(10)) {
                    comeBack();
                }
            } else if (chance.onceIn(80) && unanswered.isEmpty() && !live.isEmpty()) {
                var channel = chance.of(List.copyOf(live));
                if (session.unsubscribe(channel)) {
                    diary.note("unsubscribes " + channel);
                    away = followings.get(channel);
                }
            }
            if (followings.size() < channels.size() && chance.onceIn(5)) {
                again();
            }
        }

        /// Follows the channel again that it had left, from where it left.
        private void comeBack() throws IOException {
            var channel = away.channel;
            if (followings.get(channel) != away) {
                // It was reset meanwhile, and perhaps read again and followed.
                away = null;
            } else if (!live.contains(channel)) {
                subscribe(session, List.of(channel), away.cursor);
                away = null;
            }
        }

        /// Reads again what was reset. Streams and polls follow what they were opened with, so they
        /// end.
        private void again() throws IOException, SQLException {
            if (!(session instanceof WebSocketSession)) {
                lastRound = true;
                return;
            }
            var before = Set.copyOf(followings.keySet());
            load();
            var fresh = new ArrayList<>(followings.keySet());
            fresh.removeAll(before);
            for (var group : byCursor(fresh).entrySet()) {
                subscribe(session, group.getValue(), group.getKey());
            }
        }

        private void handle(Map<String, Object> message) throws IOException {
            synchronized (Client.this) {
                new Reception(Client.this, live, unanswered, around.node::up).take(message);
                if (session instanceof PollSession && followings.size() < channels.size()) {
                    lastRound = true;
                }
            }
            around.signals.changed();
        }

        @Override
        public void close() {
            session.vanish();
        }
    }
}
