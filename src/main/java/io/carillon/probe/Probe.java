package io.carillon.probe;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The probe program: reads a sound, measures it window by window, sends the levels.
///
/// The calling thread listens; one more sends. See [Options#USAGE] and `src/docs/studio.md`.
public final class Probe {
    private static final int COUNTED = 0;
    private static final int WRONG = 1;
    private static final int REFUSED = 2;
    private static final int UNREACHABLE = 3;

    private final Options options;
    private final PrintStream out;
    private final PrintStream err;

    private Probe(Options options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /// @param args see [Options#USAGE]
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args, System.getenv(), System.in, System.out, System.err));
    }

    /// The program without the process.
    ///
    /// @param args the command line
    /// @param environment of the process
    /// @param in read when no file is named; its end ends the stream
    /// @param out windows, with `--dry`
    /// @param err what happens
    /// @return the exit code
    public static int run(
            String[] args,
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err)
            throws InterruptedException {
        if (args.length == 0 || args[0].equals("--help")) {
            out.print(Options.USAGE);
            return args.length == 0 ? WRONG : COUNTED;
        }
        try {
            var options = Options.of(args, environment);
            return new Probe(options, out, err).run(in);
        } catch (Options.Wrong | UnreadableSound wrong) {
            err.println("probe: " + wrong.getMessage());
            return WRONG;
        } catch (IOException unreadable) {
            err.println("probe: cannot read: " + unreadable);
            return WRONG;
        }
    }

    private int run(InputStream in) throws IOException, InterruptedException {
        try (var sound = sound(in)) {
            var raw = options.raw();
            var head = raw == null || options.sample() ? Wav.read(sound) : new Wav.Head(raw, -1);
            var rest = options.loop() ? looped(sound, head) : sound;
            var bytes = options.loop() ? -1 : head.bytes();
            var meter = new Meter(rest, head.format(), bytes, options.windowMs());
            var pace = new Pace(options.start(), options.windowMs(), options.speed());
            return options.dry() ? printed(meter, pace) : sent(meter, pace);
        }
    }

    private InputStream sound(InputStream in) throws IOException {
        var input = options.input();
        if (options.sample()) {
            return new ByteArrayInputStream(SampleSound.wav());
        }
        return new BufferedInputStream(input == null ? in : Files.newInputStream(input));
    }

    /// The rest of a sound again and again; it is small enough to be kept, or it is no loop.
    private static InputStream looped(InputStream sound, Wav.Head head) throws IOException {
        var most = head.bytes() < 0 ? Integer.MAX_VALUE - 8 : (int) head.bytes();
        var bytes = sound.readNBytes(most);
        if (bytes.length < head.format().frame()) {
            throw new UnreadableSound("there is nothing to play again and again");
        }
        var whole = bytes.length - bytes.length % head.format().frame();
        return new Looped(Arrays.copyOf(bytes, whole));
    }

    private int printed(Meter meter, Pace pace) throws IOException, InterruptedException {
        long number = 0;
        for (var window = meter.next(); window != null; window = meter.next()) {
            pace.await(number);
            out.println(pace.at(number) + " " + window.json());
            number++;
        }
        return COUNTED;
    }

    private int sent(Meter meter, Pace pace) throws IOException, InterruptedException {
        var outbox =
                new Outbox(
                        options.studio(),
                        options.run(),
                        options.windowMs(),
                        options.batch(),
                        options.buffer());
        try (var client = HttpClient.newBuilder().connectTimeout(options.patience()).build()) {
            var sender = new Sender(options, outbox, client, this::log);
            Callable<Sender.Ending> sending = sender::run;
            var task = new FutureTask<>(sending);
            var thread = Thread.ofVirtual().name("probe-sender").start(task);
            try {
                var number = listen(meter, pace, outbox, task);
                outbox.end(number, pace.at(number));
                return ending(task.get(), outbox);
            } catch (ExecutionException fault) {
                throw new IllegalStateException(fault);
            } finally {
                thread.interrupt();
            }
        }
    }

    private static long listen(Meter meter, Pace pace, Outbox outbox, FutureTask<?> sending)
            throws IOException, InterruptedException {
        long number = 0;
        for (var window = meter.next();
                window != null && !sending.isDone();
                window = meter.next()) {
            pace.await(number);
            outbox.add(number, pace.at(number), window);
            number++;
        }
        return number;
    }

    private int ending(Sender.Ending ending, Outbox outbox) {
        if (outbox.lost() > 0) {
            log(outbox.lost() + " windows were lost: no server took them in time");
        }
        return switch (ending) {
            case Sender.Ending.Counted() -> {
                log(outbox.counted() + " windows were counted");
                yield COUNTED;
            }
            case Sender.Ending.Refused(var why) -> {
                log("refused: " + why);
                yield REFUSED;
            }
            case Sender.Ending.GivenUp(var why) -> {
                log("given up: " + why);
                yield UNREACHABLE;
            }
        };
    }

    private void log(String line) {
        err.println("probe: " + line);
    }
}
