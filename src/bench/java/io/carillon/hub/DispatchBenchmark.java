package io.carillon.hub;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the hub itself costs: one batch of one event from the ring to all subscribers of a lane,
/// with an encoding that is a copy and a transport that throws away.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DispatchBenchmark {
    @Param({"1", "100", "1000"})
    public int subscribers;

    @Param({"1", "4"})
    public int formats;

    private Ring ring;
    private Lane lane;
    private List<Event> events;
    private long xid = 1_000;

    @Setup
    public void setUp() {
        var start = new Position(xid, new long[0]);
        ring = new Ring(16 << 20, new Batch("0123456789ab", start, start, List.of()));
        lane = new Lane(ImmediateEventExecutor.INSTANCE, ring, () -> {});
        var encodings = new ArrayList<Format>();
        var bytes = "x".repeat(300).getBytes(StandardCharsets.UTF_8);
        for (var number = 0; number < formats; number++) {
            encodings.add(_ -> Unpooled.wrappedBuffer(bytes));
        }
        for (var number = 0; number < subscribers; number++) {
            var subscriber = new Sink(encodings.get(number % formats));
            lane.attach(subscriber);
            var unused = lane.join(new ChannelKey("t0", "load"), subscriber);
        }
        var data = "{\"n\":1,\"p\":\"" + "x".repeat(185) + "\"}";
        events =
                List.of(
                        new Event(
                                1,
                                xid,
                                "t0",
                                "load",
                                "load.event",
                                data,
                                null,
                                null,
                                null,
                                Instant.EPOCH));
    }

    @Benchmark
    public Position dispatch() {
        var from = new Position(xid, new long[0]);
        var to = new Position(++xid, new long[0]);
        ring.append(new Batch("0123456789ab", from, to, events));
        lane.wake();
        return lane.position();
    }

    /// Takes everything and keeps nothing.
    private static final class Sink implements Subscriber {
        private final Format format;
        private boolean touched;

        Sink(Format format) {
            this.format = format;
        }

        @Override
        public Format format() {
            return format;
        }

        @Override
        public boolean takes(Batch batch, Run run) {
            return true;
        }

        @Override
        public boolean takesEphemeral() {
            return true;
        }

        @Override
        public boolean deliver(ByteBuf frame) {
            frame.release();
            var first = !touched;
            touched = true;
            return first;
        }

        @Override
        public void flush() {
            touched = false;
        }

        @Override
        public void reset(String channel, ResetReason reason) {}

        @Override
        public void resetAll(ResetReason reason) {}

        @Override
        public void skipped(Position reached) {}

        @Override
        public void moved() {}

        @Override
        public void tick(long nanos) {}
    }
}
