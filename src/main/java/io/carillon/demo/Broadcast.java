package io.carillon.demo;

import io.carillon.probe.Probe;
import io.carillon.probe.SampleSound;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/// A made-up broadcast: the probe program, in this process, with its sample again and again in real
/// time, for as long as somebody says [#goOn] now and then.
///
/// [#goOn] is called by one thread, [#end] by any. After [#PROGRAMME] it ends, for the token does
/// too, and the next call begins another.
final class Broadcast {
    private static final Logger LOG = LoggerFactory.getLogger(Broadcast.class);
    private static final Duration UNATTENDED = Duration.ofSeconds(30);
    private static final Duration PROGRAMME = Duration.ofMinutes(20);

    private final String studio;
    private volatile long attended;
    private volatile long over;
    private volatile boolean ended;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    Broadcast(String studio) {
        this.studio = studio;
    }

    void goOn(URI server, Supplier<String> token) {
        attended = System.nanoTime();
        if (!thread.isAlive() && !ended) {
            over = attended + PROGRAMME.toNanos();
            var text = token.get();
            thread = Thread.ofVirtual().name("carillon-demo-probe").start(() -> run(server, text));
        }
    }

    void end() {
        ended = true;
    }

    private void run(URI server, String token) {
        var options =
                "--raw s16le --rate %d --channels 1 --batch 2 --linger 1 --studio %s --server %s"
                        .formatted(
                                SampleSound.RATE,
                                studio,
                                server.toString().replaceFirst("^http", "ws"));
        var said = new ByteArrayOutputStream();
        try (var print = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            var environment = Map.of("CARILLON_PROBE_TOKEN", token);
            var code = Probe.run(options.split(" "), environment, new Sound(), print, print);
            LOG.debug("the probe of {} ended with {}: {}", studio, code, said);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean goesOn() {
        var now = System.nanoTime();
        return !ended && now - attended < UNATTENDED.toNanos() && now - over < 0;
    }

    /// The sample again and again, until it is over.
    private final class Sound extends InputStream {
        private final byte[] sample = SampleSound.raw();
        private int at;

        @Override
        public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int from, int most) {
            if (!goesOn()) {
                return -1;
            }
            var some = Math.min(most, sample.length - at);
            System.arraycopy(sample, at, target, from, some);
            at = (at + some) % sample.length;
            return some;
        }
    }
}
