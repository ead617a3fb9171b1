package io.carillon.probe;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Windows that the server has not counted yet, in order: those on their way and those that wait.
///
/// Filled by the thread that listens, emptied by [Sender]'s, told of receipts by whichever thread
/// hears them; all under one lock. Holds at most [#capacity] windows; then the oldest are lost, and
/// counted as such: a monitor that goes on listening is worth more than old levels.
final class Outbox {
    /// When many wait, after a time without a server, so many go at once.
    private static final int MOST = 200;

    private final String studio;
    private final String run;
    private final int windowMs;
    private final int atLeast;
    private final int capacity;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private long counted;
    private long sent;
    private long lost;
    private int underWay;
    private boolean ended;
    private boolean endSent;
    private boolean endCounted;
    private @Nullable Instant end;
    private @Nullable String broken;
    private Reply.@Nullable Refused refused;

    private record Entry(long number, Instant at, Window window) {}

    /// @param studio whose windows
    /// @param run of this program
    /// @param windowMs how long a window is
    /// @param atLeast windows that make a batch while nothing is behind
    /// @param capacity how many may wait
    Outbox(String studio, String run, int windowMs, int atLeast, int capacity) {
        this.studio = studio;
        this.run = run;
        this.windowMs = windowMs;
        this.atLeast = atLeast;
        this.capacity = capacity;
    }

    /// @param number from 0
    /// @param at when it began
    void add(long number, Instant at, Window window) {
        lock.lock();
        try {
            if (entries.size() >= capacity) {
                entries.removeFirst();
                lost++;
            }
            entries.addLast(new Entry(number, at, window));
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more comes.
    ///
    /// @param number of the window that would come next
    /// @param at when it would begin
    void end(long number, Instant at) {
        lock.lock();
        try {
            ended = true;
            end = at;
            if (entries.isEmpty()) {
                sent = number;
            }
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a batch to send.
    ///
    /// @param most how many may be on their way at once
    /// @param patience how long a receipt may take
    /// @return null when there is nothing to wait for: all is counted, or the way is [#broken]
    @Nullable Batch take(int most, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            var left = patience.toNanos();
            while (!over()) {
                if (underWay < most && ready()) {
                    underWay++;
                    return next();
                }
                var before = underWay;
                left = change.awaitNanos(left);
                if (underWay == 0 || underWay < before) {
                    left = patience.toNanos();
                } else if (left <= 0) {
                    broken = "no receipt within " + patience.toMillis() + " ms";
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean over() {
        return broken != null || refused != null || endCounted;
    }

    private boolean ready() {
        var unsent = unsent();
        return unsent >= atLeast || ended && (unsent > 0 || !endSent);
    }

    private int unsent() {
        var waiting = 0;
        for (var entry : entries) {
            waiting += entry.number >= sent ? 1 : 0;
        }
        return waiting;
    }

    private Batch next() {
        List<Entry> some = new ArrayList<>();
        for (var entry : entries) {
            if (entry.number >= sent && some.size() < MOST) {
                if (!some.isEmpty() && !follows(some.getLast(), entry)) {
                    break;
                }
                some.add(entry);
            }
        }
        var first = some.isEmpty() ? sent : some.getFirst().number;
        var begin = some.isEmpty() ? end : some.getFirst().at;
        sent = first + some.size();
        endSent = ended && unsent() == 0;
        var windows = some.stream().map(Entry::window).toList();
        return new Batch(
                studio,
                run,
                first,
                begin == null ? Instant.EPOCH : begin,
                windowMs,
                windows,
                endSent);
    }

    private boolean follows(Entry before, Entry after) {
        return after.number == before.number + 1 && after.at.equals(before.at.plusMillis(windowMs));
    }

    /// @param reply to the oldest batch that is on its way
    void replied(Reply reply) {
        lock.lock();
        try {
            underWay = Math.max(0, underWay - 1);
            switch (reply) {
                case Reply.Counted(var next) -> {
                    counted = Math.max(counted, next);
                    while (!entries.isEmpty() && entries.getFirst().number < next) {
                        entries.removeFirst();
                    }
                    endCounted = endSent && underWay == 0 && entries.isEmpty();
                }
                case Reply.Refused no -> refused = no;
            }
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The way to the server is gone.
    ///
    /// @param why for people
    void broke(String why) {
        lock.lock();
        try {
            if (broken == null) {
                broken = why;
            }
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A new way: what has no receipt is sent again.
    void again() {
        lock.lock();
        try {
            underWay = 0;
            broken = null;
            refused = null;
            endSent = false;
            sent = entries.isEmpty() ? sent : entries.getFirst().number;
        } finally {
            lock.unlock();
        }
    }

    /// @return why the way is gone, or null
    @Nullable String broken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    /// @return what the server refused, or null
    Reply.@Nullable Refused refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    /// @return whether everything, the end too, was counted
    boolean done() {
        lock.lock();
        try {
            return endCounted;
        } finally {
            lock.unlock();
        }
    }

    /// @return whether nothing more will be added
    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /// @return windows that the server has counted
    long counted() {
        lock.lock();
        try {
            return counted;
        } finally {
            lock.unlock();
        }
    }

    /// @return windows that were given up
    long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }
}
