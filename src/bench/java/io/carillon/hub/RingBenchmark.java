package io.carillon.hub;

import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;

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

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What a recovery from memory costs: finding the batches in a ring of 50,000, and picking one
/// channel's events out of them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RingBenchmark {
    private static final int BATCHES = 50_000;

    /// How many batches were missed.
    @Param({"1", "100", "10000"})
    public int behind;

    private Ring ring;
    private Place place;
    private long last;

    @Setup
    public void setUp() {
        var start = new Position(1_000, new long[0]);
        ring = new Ring(1L << 30, new Batch("0123456789ab", start, start, List.of()));
        for (var number = 0; number < BATCHES; number++) {
            var from = new Position(1_000 + number, new long[0]);
            var to = new Position(1_001 + number, new long[0]);
            var event =
                    new Event(
                            number,
                            1_000 + number,
                            "t0",
                            "load" + number % 100,
                            "load.event",
                            "{}",
                            null,
                            null,
                            null,
                            Instant.EPOCH);
            ring.append(new Batch("0123456789ab", from, to, List.of(event)));
        }
        place = Place.at(new Position(1_000 + BATCHES - behind, new long[0]));
        last = ring.lastSequence();
    }

    @Benchmark
    public Object since() {
        return ring.since(place, last);
    }

    @Benchmark
    public Object sinceAndPick() {
        return Replay.pick(ring.since(place, last), "t0", Set.of("load1"));
    }
}
