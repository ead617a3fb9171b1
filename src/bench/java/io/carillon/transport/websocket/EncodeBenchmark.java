package io.carillon.transport.websocket;

import io.carillon.channel.ChannelKey;
import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.hub.Run;
import io.carillon.wire.json.JsonFormat;

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
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/// What it costs to encode a run of 200-byte events as one WebSocket frame; paid once per run and
/// lane, whatever the number of subscribers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EncodeBenchmark {
    @Param({"1", "20"})
    public int events;

    private final JsonFormat format = new JsonFormat(new WebSocketFraming());
    private Run run;

    @Setup
    public void setUp() {
        var list = new ArrayList<Event>();
        var data = "{\"n\":1,\"p\":\"" + "x".repeat(185) + "\"}";
        var at = Instant.parse("2026-01-01T00:00:00.123456Z");
        for (var id = 1; id <= events; id++) {
            list.add(new Event(id, 1_000, "t0", "load", "load.event", data, null, null, null, at));
        }
        var cursor = new Cursor("0123456789ab", Place.at(new Position(1_001, new long[0])));
        run = new Run(new ChannelKey("t0", "load"), list, cursor, cursor, Run.Kind.EVENTS);
    }

    @Benchmark
    public boolean encode() {
        return format.encode(run).release();
    }
}
