package io.carillon.channel;

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

import java.util.concurrent.TimeUnit;

/// What positions cost: to write and read a cursor, to compare two.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CursorBenchmark {
    /// How many transactions were running.
    @Param({"0", "16", "256"})
    public int pending;

    private Cursor cursor;
    private String text;
    private Position earlier;
    private Position later;

    @Setup
    public void setUp() {
        var running = new long[pending];
        for (var index = 0; index < pending; index++) {
            running[index] = 5_000_000 - 3L * (pending - index);
        }
        earlier = new Position(5_000_000, running);
        later = new Position(5_000_010, new long[] {5_000_001});
        cursor = new Cursor("0123456789ab", Place.at(earlier));
        text = cursor.encode();
    }

    @Benchmark
    public String encode() {
        return cursor.encode();
    }

    @Benchmark
    public Cursor parse() {
        return Cursor.parse(text);
    }

    @Benchmark
    public boolean laterCoversEarlier() {
        return later.covers(earlier);
    }

    @Benchmark
    public boolean earlierCoversLater() {
        return earlier.covers(later);
    }
}
