package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.netty.util.concurrent.EventExecutor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One event loop's share of the hub: its connections, its channels, and how far it has come.
///
/// Pulls batches from the ring by sequence, encodes each run once for each format, hands the shared
/// frame to every subscriber that takes it and flushes each once per turn, in which a lane that is
/// behind dispatches several batches: the later it is, the cheaper a delivery. All methods but
/// [#wake] are called on the lane's loop; nothing here locks or blocks. A lane that was so late
/// that the ring has moved past it jumps to the ring's head and tells its subscribers, who recover
/// from the log.
public final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /// Batches dispatched in one turn of the loop, so that reads and writes get theirs.
    private static final int BATCHES_PER_TURN = 32;

    /// How much later than its window an event of a conflated channel may reach another node.
    private static final long LATE_MILLIS = 2_000;

    private final EventExecutor loop;
    private final Ring ring;
    private final Runnable impatience;
    private final Supplier<Conflation> conflation;
    private final Map<String, Audience> audiences;
    private final Conflator conflator;
    private final Map<ChannelKey, Seat.Row> channels = new HashMap<>();
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final List<Subscriber> touched = new ArrayList<>();
    private final Frames frames = new Frames();
    private final Ephemeral ephemeral = new Ephemeral();
    private final Steps steps = new Steps();

    /// The run that is dispatched now.
    private @Nullable Run inHand;

    private Set<Subscriber> waiting = new LinkedHashSet<>();
    private volatile long deliveries;
    private volatile long jumps;
    private volatile long passed;
    private volatile long tickedNanos = System.nanoTime();
    private long delivered;
    private long sequence;
    private Position position;
    private String epoch;

    Lane(EventExecutor loop, Ring ring, Runnable impatience) {
        this(loop, ring, impatience, () -> Conflation.NONE, Map.of());
    }

    Lane(
            EventExecutor loop,
            Ring ring,
            Runnable impatience,
            Supplier<Conflation> conflation,
            Map<String, Audience> audiences) {
        this.audiences = audiences;
        this.conflation = conflation;
        this.conflator = new Conflator(this, conflation, this::conflated);
        this.loop = loop;
        this.impatience = impatience;
        this.ring = ring;
        synchronized (ring) {
            sequence = ring.lastSequence();
            position = ring.head();
            epoch = ring.epoch();
        }
        passed = sequence;
    }

    /// What the lane knows about the way from a place to where it stands.
    public sealed interface Answer {
        /// @param batches bring whoever stood at the place to the lane's position, exactly
        record Ready(List<Batch> batches) implements Answer {}

        /// The ring does not reach back that far: read the log.
        record TooOld() implements Answer {}

        /// The place has seen what this lane has not; wait for it with [#awaitMove].
        record Ahead() implements Answer {}
    }

    /// @return the loop on which everything here happens
    public EventExecutor loop() {
        return loop;
    }

    /// @return everything visible here has been dispatched
    public Position position() {
        return position;
    }

    /// @return where whoever is live stands: at the lane's position, or before the run that is
    ///     dispatched now
    public Place stand() {
        var before = inHand == null ? null : inHand.before();
        return before == null ? Place.at(position) : before.place();
    }

    /// @return the log's epoch
    public String epoch() {
        return epoch;
    }

    /// @return the last time ([System#nanoTime]) of which is known that everything visible then has
    ///     reached this node; any thread
    public long heardAt() {
        return ring.heardAt();
    }

    /// @return frames handed to subscribers since the start; any thread
    public long deliveries() {
        return deliveries;
    }

    /// @return how often the ring had moved past the lane; any thread
    public long jumps() {
        return jumps;
    }

    /// @return the number of the last batch that is done here; any thread
    public long passed() {
        return passed;
    }

    /// @return what was done with the recent batches; any thread
    public Steps steps() {
        return steps;
    }

    /// @return the channels that somebody here follows, now
    public List<Seat.Following> channels() {
        return channels.entrySet().stream()
                .map(entry -> entry.getValue().following(entry.getKey()))
                .toList();
    }

    /// @param key a channel
    /// @return who follows it here, now
    public List<Seat> seats(ChannelKey key) {
        var row = channels.get(key);
        return row == null ? List.of() : row.seats();
    }

    /// @return how many subscribers sit here
    public int size() {
        return subscribers.size();
    }

    /// @return who sits here now
    public List<Subscriber> subscribers() {
        return List.copyOf(subscribers);
    }

    /// @param subscriber gets ticks, jumps and resets from now on
    public void attach(Subscriber subscriber) {
        subscribers.add(subscriber);
    }

    /// @param subscriber has left all its seats before
    public void detach(Subscriber subscriber) {
        subscribers.remove(subscriber);
        waiting.remove(subscriber);
    }

    /// @param key the channel to follow from the lane's position on
    /// @param subscriber who follows
    /// @return the seat, to be left with [#leave]
    public Seat join(ChannelKey key, Subscriber subscriber) {
        var row = channels.get(key);
        if (row == null) {
            row = new Seat.Row();
            channels.put(key, row);
            Audience.came(audiences, key);
        }
        return row.join(subscriber, sequence);
    }

    /// @param key the seat's channel
    /// @param seat is given back
    public void leave(ChannelKey key, Seat seat) {
        if (seat.leave()) {
            channels.remove(key);
            // What comes while nobody is here does not take the place of what waits.
            conflator.forget(key);
            Audience.gone(audiences, key);
        }
    }

    /// @param subscriber hears [Subscriber#moved] once, after the lane has moved
    public void awaitMove(Subscriber subscriber) {
        waiting.add(subscriber);
        impatience.run();
    }

    /// Answers a recovery from memory, if it can be.
    ///
    /// @param place where somebody stands
    /// @param tenant whose events
    /// @param wanted of which channels
    /// @return the batches, or why there are none
    public Answer since(Place place, String tenant, Set<String> wanted) {
        if (!position.covers(place.to()) || !position.covers(place.from())) {
            return new Answer.Ahead();
        }
        var batches = ring.since(place, sequence);
        if (batches == null) {
            return new Answer.TooOld();
        }
        var events = Replay.pick(batches, tenant, wanted);
        return new Answer.Ready(Replay.batches(epoch, place, position, events));
    }

    /// Says that the ring has something new. Any thread.
    void wake() {
        if (awake.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        awake.set(false);
        for (var turn = 0; turn < BATCHES_PER_TURN; turn++) {
            switch (ring.after(sequence)) {
                case Ring.Next.None() -> {
                    flush();
                    return;
                }
                case Ring.Next.Found(var batch) -> dispatch(batch);
                case Ring.Next.FellOff(var to, var newEpoch, var at) -> jump(to, newEpoch, at);
            }
        }
        flush();
        wake();
    }

    private void dispatch(Batch batch) {
        // Resets of all tenants first: a tenant's own runs carry cursors that claim everything of
        // the batch up to their id, and whoever falls behind among them comes back from there.
        dispatch(batch, batch.runs(Event.ALL_TENANTS));
        for (var tenant : batch.runs().entrySet()) {
            if (!tenant.getKey().equals(Event.ALL_TENANTS)) {
                dispatch(batch, tenant.getValue());
            }
        }
        sequence++;
        steps.done();
        inHand = null;
        position = batch.to();
        tellWaiting();
    }

    private void dispatch(Batch batch, List<Run> runs) {
        for (var run : runs) {
            if (run.reset()) {
                reset(run);
            } else {
                inHand = run;
                guarded(run, row -> fanOut(batch, run, row));
            }
        }
    }

    private void fanOut(Batch batch, Run run, Seat.Row row) {
        if (conflator.takes(run)) {
            return;
        }
        var before = delivered;
        var offered = row.size();
        row.walk();
        for (var subscriber = row.next(); subscriber != null; subscriber = row.next()) {
            if (subscriber.takes(batch, run)) {
                deliver(subscriber, run);
            }
        }
        var handed = (int) (delivered - before);
        row.count(run.events().size(), handed);
        steps.told(sequence + 1, run, handed, offered - handed);
    }

    /// Tells one run to whoever follows its channel. What fails on the way stays there: of what is
    /// kept nobody can say who got it, so they read again; and no frame is left for the next run,
    /// which may be another tenant's.
    private void guarded(Run run, Consumer<Seat.Row> telling) {
        var row = channels.get(run.key());
        if (row == null) {
            return;
        }
        try {
            telling.accept(row);
        } catch (RuntimeException | Error fault) {
            LOG.error("an event of {} could not be told", run.key(), fault);
            if (run.kind() != Run.Kind.EPHEMERAL) {
                reset(run.key(), row, ResetReason.FAULT);
            }
        } finally {
            frames.release();
        }
    }

    /// Ephemeral events for whoever takes them when their turn comes. Any thread.
    ///
    /// @param runs without cursors
    void offer(List<Run> runs) {
        if (ephemeral.offer(runs)) {
            loop.execute(this::broadcast);
        }
    }

    /// @return ephemeral events that came faster than this lane could tell them; any thread
    long ephemeralDropped() {
        return ephemeral.dropped();
    }

    /// Some of what waits: a turn ends after so many frames, and durable batches come in between.
    private void broadcast() {
        ephemeral.begin();
        var before = delivered;
        for (var run = ephemeral.next(); run != null; run = ephemeral.next()) {
            tell(run);
            if (delivered - before >= Ephemeral.FRAMES_PER_TURN) {
                break;
            }
        }
        flush();
        if (ephemeral.again()) {
            loop.execute(this::broadcast);
        }
    }

    private void tell(Run ephemeral) {
        guarded(
                ephemeral,
                row -> {
                    if (!conflator.takes(ephemeral)) {
                        tellStanding(ephemeral, row);
                    }
                });
    }

    /// Sends what was conflated.
    private void conflated(List<Run> runs) {
        for (var run : runs) {
            guarded(run, row -> tellStanding(run, row));
        }
        flush();
    }

    /// Whoever takes it is live, and whoever is live stands exactly here.
    private void tellStanding(Run told, Seat.Row row) {
        var run = told.standing(new Cursor(epoch, stand()));
        var durable = run.kind() == Run.Kind.CONFLATED;
        row.walk();
        for (var subscriber = row.next(); subscriber != null; subscriber = row.next()) {
            if (durable ? subscriber.takesConflated() : subscriber.takesEphemeral()) {
                deliver(subscriber, run);
            }
        }
    }

    /// @param key a channel
    /// @return its events that wait for the end of their window, when the channel is conflated
    public List<Run> waitingEvents(ChannelKey key) {
        return conflator.waiting(key);
    }

    /// @return which channels are conflated
    public Conflation conflation() {
        return conflation.get();
    }

    /// @param place where somebody stands
    /// @param millis of the window of a conflated channel
    /// @return an earlier place, from which everything that may have waited for the end of its
    ///     window is told again, as far as memory reaches
    public Place beforeWindow(Place place, long millis) {
        return ring.before(place, (millis + LATE_MILLIS) * 1_000_000);
    }

    private void deliver(Subscriber subscriber, Run run) {
        var frame = frames.of(subscriber.format(), run);
        delivered++;
        if (subscriber.deliver(frame.retainedDuplicate())) {
            touched.add(subscriber);
        }
    }

    private void flush() {
        deliveries = deliveries + delivered;
        delivered = 0;
        each(touched, Subscriber::flush);
        touched.clear();
        steps.flushed();
        passed = sequence;
    }

    private void reset(Run run) {
        var reason = reason(run.events().getFirst());
        var base = run.key().channel();
        var everyTenant = run.events().getFirst().everyTenant();
        for (var entry : List.copyOf(channels.entrySet())) {
            var key = entry.getKey();
            var concerned =
                    everyTenant ? Replay.concerns(base, key.channel()) : key.equals(run.key());
            if (concerned) {
                conflator.forget(key);
                reset(key, entry.getValue(), reason);
            }
        }
    }

    private static void reset(ChannelKey key, Seat.Row row, ResetReason reason) {
        each(row.snapshot(), subscriber -> subscriber.reset(key.channel(), reason));
    }

    /// What fails at one subscriber is kept from the others, and from the way of the batch.
    private static void each(Iterable<Subscriber> all, Consumer<Subscriber> news) {
        for (var subscriber : all) {
            try {
                news.accept(subscriber);
            } catch (RuntimeException | Error fault) {
                LOG.error("a subscriber failed", fault);
            }
        }
    }

    /// @param reset an event of type [Event#RESET]
    /// @return its reason
    public static ResetReason reason(Event reset) {
        var data = reset.data();
        return data == null ? ResetReason.NESTED : ResetReason.of(data);
    }

    private void jump(long toSequence, String newEpoch, Position to) {
        var before = position;
        var sameLog = epoch.equals(newEpoch);
        conflator.tellAll();
        sequence = toSequence;
        jumps = jumps + 1;
        epoch = newEpoch;
        position = to;
        each(
                List.copyOf(subscribers),
                sameLog
                        ? subscriber -> subscriber.skipped(before)
                        : subscriber -> subscriber.resetAll(ResetReason.EPOCH));
        tellWaiting();
    }

    private void tellWaiting() {
        if (!waiting.isEmpty()) {
            var told = waiting;
            waiting = new LinkedHashSet<>();
            each(told, Subscriber::moved);
        }
    }

    /// @return how long ago the lane last ticked, as it does every second; any thread
    public Duration sinceTick() {
        return Duration.ofNanos(System.nanoTime() - tickedNanos);
    }

    void tick(long nanos) {
        tickedNanos = nanos;
        each(List.copyOf(subscribers), subscriber -> subscriber.tick(nanos));
    }
}
