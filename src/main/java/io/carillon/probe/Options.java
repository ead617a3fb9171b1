package io.carillon.probe;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// What the command line says.
///
/// @param input a file; null for standard input
/// @param sample whether to play [SampleSound] instead
/// @param loop whether to begin again at the end
/// @param dry whether windows are printed and not sent
/// @param raw the format of samples without a head; null for a WAV
/// @param servers `ws`, `wss`, `http` or `https` addresses, tried in turn
/// @param studio whose sound it is
/// @param run names this start of the program
/// @param token a JWT; null when it comes from a file
/// @param tokenFile read at each connection, so that it may be renewed
/// @param windowMs how long a window is
/// @param batch windows that make a batch
/// @param speed of real time; 0 for as fast as can be
/// @param start when the sound begins; null for now
/// @param retry the first pause after a fault; doubled up to 30 s
/// @param patience how long a connection or a receipt may take
/// @param linger how long to go on trying when the sound has ended
/// @param buffer windows that are kept while no server is there
record Options(
        @Nullable Path input,
        boolean sample,
        boolean loop,
        boolean dry,
        @Nullable Pcm raw,
        List<URI> servers,
        String studio,
        String run,
        @Nullable String token,
        @Nullable Path tokenFile,
        int windowMs,
        int batch,
        double speed,
        @Nullable Instant start,
        Duration retry,
        Duration patience,
        Duration linger,
        int buffer) {

    static final String USAGE =
            """
            probe: listens to a sound and sends its levels to Carillon's studio monitor

              java -cp target/classes io.carillon.probe.Probe [options] [file | -]

              file             a WAV, or raw samples with --raw; - or nothing is standard input
              --sample         a short made-up broadcast instead of a file
              --loop           begin again at the end (file or --sample)
              --dry            print the windows, send nothing
              --server URL     ws://host:port (WebSocket) or http://host:port; may be said again:
                               the next is tried when one fails        [ws://localhost:8080]
              --studio ID      whose sound it is                       [needed]
              --token JWT      role probe; or CARILLON_PROBE_TOKEN
              --token-file F   read at each connection, so it may be renewed
              --raw ENCODING   u8 s16le s24le s32le f32le f64le, with --rate and --channels
              --rate N         frames per second of raw samples        [48000]
              --channels N     of raw samples; the first two count     [2]
              --window MS      how long a window is, 10 to 1000        [100]
              --batch N        windows that are sent together          [3]
              --speed X        1 is real time; 0 as fast as can be     [1]
              --start TIME     when the sound begins, ISO 8601         [now]
              --run NAME       names this start of the program         [made up]
              --retry MS       first pause after a fault               [1000]
              --patience MS    for a connection or a receipt           [10000]
              --linger S       go on trying so long after the end      [30]
              --buffer N       windows that are kept without a server  [36000]

            Ends with 0 when everything was counted, 1 for a wrong call or sound, 2 when the server
            refuses, 3 when it could not be reached.
            """;

    private static final Set<String> SWITCHES = Set.of("--sample", "--loop", "--dry");
    private static final Set<String> VALUES =
            Set.of(
                    "--server",
                    "--studio",
                    "--token",
                    "--token-file",
                    "--raw",
                    "--rate",
                    "--channels",
                    "--window",
                    "--batch",
                    "--speed",
                    "--start",
                    "--run",
                    "--retry",
                    "--patience",
                    "--linger",
                    "--buffer");

    Options {
        servers = List.copyOf(servers);
    }

    /// The command line is wrong; the message says how.
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    /// @param args the command line
    /// @param environment of the process
    /// @throws Wrong what is wrong with it
    static Options of(String[] args, Map<String, String> environment) {
        var switches = new HashSet<String>();
        var values = new HashMap<String, String>();
        var servers = new ArrayList<URI>();
        var inputs = new ArrayList<String>();
        for (var index = 0; index < args.length; index++) {
            var arg = args[index];
            if (SWITCHES.contains(arg)) {
                switches.add(arg);
            } else if (VALUES.contains(arg)) {
                if (++index == args.length) {
                    throw new Wrong(arg + " needs a value");
                }
                if (arg.equals("--server")) {
                    servers.add(server(args[index]));
                } else {
                    values.put(arg, args[index]);
                }
            } else if (arg.startsWith("--")) {
                throw new Wrong("there is no option " + arg);
            } else {
                inputs.add(arg);
            }
        }
        if (servers.isEmpty()) {
            servers.add(URI.create("ws://localhost:8080"));
        }
        return new Values(values, switches).options(servers, inputs, environment);
    }

    private static URI server(String text) {
        try {
            var server = URI.create(text);
            if (server.getHost() != null
                    && Set.of("ws", "wss", "http", "https").contains(server.getScheme())) {
                return server;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below.
        }
        throw new Wrong("--server is like ws://localhost:8080 or https://host, not " + text);
    }

    /// @return the JWT, as it is now
    String readToken() throws IOException {
        if (tokenFile != null) {
            return Files.readString(tokenFile).strip();
        }
        return token == null ? "" : token;
    }

    private record Values(Map<String, String> values, Set<String> switches) {
        Options options(List<URI> servers, List<String> inputs, Map<String, String> environment) {
            var dry = switches.contains("--dry");
            var studio = values.getOrDefault("--studio", dry ? "dry" : "");
            if (studio.isEmpty()) {
                throw new Wrong("say whose sound it is: --studio ID");
            }
            if (inputs.size() > 1) {
                throw new Wrong("one sound at a time: " + inputs);
            }
            var raw =
                    values.containsKey("--raw")
                            ? new Pcm(
                                    Pcm.Encoding.named(text("--raw", "")),
                                    number("--rate", 48_000, 1, 768_000),
                                    number("--channels", 2, 1, 64))
                            : null;
            var input =
                    inputs.isEmpty() || inputs.getFirst().equals("-")
                            ? null
                            : Path.of(inputs.getFirst());
            var tokenFile = values.get("--token-file");
            return new Options(
                    input,
                    switches.contains("--sample"),
                    switches.contains("--loop"),
                    dry,
                    raw,
                    servers,
                    studio,
                    text("--run", UUID.randomUUID().toString()),
                    values.getOrDefault("--token", environment.get("CARILLON_PROBE_TOKEN")),
                    tokenFile == null ? null : Path.of(tokenFile),
                    number("--window", 100, 10, 1_000),
                    number("--batch", 3, 1, 200),
                    speed(),
                    start(),
                    Duration.ofMillis(number("--retry", 1_000, 1, 60_000)),
                    Duration.ofMillis(number("--patience", 10_000, 10, 600_000)),
                    Duration.ofSeconds(number("--linger", 30, 0, 86_400)),
                    number("--buffer", 36_000, 100, 10_000_000));
        }

        private String text(String name, String otherwise) {
            return values.getOrDefault(name, otherwise);
        }

        private int number(String name, int otherwise, int least, int most) {
            try {
                var number = Integer.parseInt(text(name, Integer.toString(otherwise)));
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException malformed) {
                // Said below.
            }
            throw new Wrong("%s is %d to %d".formatted(name, least, most));
        }

        private double speed() {
            try {
                var speed = Double.parseDouble(text("--speed", "1"));
                if (speed >= 0 && Double.isFinite(speed)) {
                    return speed;
                }
            } catch (NumberFormatException malformed) {
                // Said below.
            }
            throw new Wrong("--speed is 0, 0.5, 1, 10 …");
        }

        private @Nullable Instant start() {
            var text = values.get("--start");
            try {
                return text == null ? null : Instant.parse(text);
            } catch (DateTimeParseException malformed) {
                throw new Wrong("--start is like 2026-11-21T05:00:00Z");
            }
        }
    }
}
