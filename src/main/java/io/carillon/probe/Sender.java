package io.carillon.probe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// Empties the [Outbox]: connects, sends, and when the way breaks tries the next server, later and
/// later. Runs on one thread.
///
/// Ends when everything is counted ([Ending.Counted]), when a server refuses for good
/// ([Ending.Refused]), or when the sound has ended and no server could be reached for
/// [Options#linger] ([Ending.GivenUp]).
final class Sender {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Options options;
    private final Outbox outbox;
    private final HttpClient client;
    private final Consumer<String> log;
    private int tries;
    private long countedBefore;

    /// How it ended.
    sealed interface Ending {
        /// Everything is counted.
        record Counted() implements Ending {}

        /// @param why the server's words
        record Refused(String why) implements Ending {}

        /// @param why the last fault
        record GivenUp(String why) implements Ending {}
    }

    Sender(Options options, Outbox outbox, HttpClient client, Consumer<String> log) {
        this.options = options;
        this.outbox = outbox;
        this.client = client;
        this.log = log;
    }

    Ending run() throws InterruptedException {
        long endedAt = 0;
        while (true) {
            var server = options.servers().get(tries % options.servers().size());
            var fault = along(server);
            if (outbox.done()) {
                return new Ending.Counted();
            }
            var refused = outbox.refused();
            if (refused != null
                    && (refused.forGood() || refused.token() && options.tokenFile() == null)) {
                return new Ending.Refused(refused.toString());
            }
            var why = refused == null ? fault : refused.toString();
            if (outbox.ended()) {
                endedAt = endedAt == 0 ? System.nanoTime() : endedAt;
                if (System.nanoTime() - endedAt > options.linger().toNanos()) {
                    return new Ending.GivenUp(why);
                }
            }
            if (outbox.counted() > countedBefore) {
                countedBefore = outbox.counted();
                tries = tries % options.servers().size();
            }
            var pause = pause();
            tries++;
            log.accept("%s: %s; next try in %d ms".formatted(server, why, pause.toMillis()));
            Thread.sleep(pause);
        }
    }

    /// All servers once, quickly, then later and later.
    private Duration pause() {
        var round = Math.min(10, tries / options.servers().size());
        var pause = Math.min(LONGEST.toMillis(), options.retry().toMillis() << round);
        return Duration.ofMillis(pause + ThreadLocalRandom.current().nextLong(pause / 4 + 1));
    }

    /// @return why it ended, for people
    private String along(URI server) throws InterruptedException {
        var link = new Uplink.Link(outbox);
        outbox.again();
        try (var uplink = open(server, link)) {
            while (true) {
                var batch = outbox.take(uplink.capacity(), options.patience());
                if (batch == null) {
                    var broken = outbox.broken();
                    return broken == null ? "done" : broken;
                }
                uplink.send(batch);
            }
        } catch (IOException failed) {
            return failed.getMessage() == null
                    ? failed.getClass().getSimpleName()
                    : failed.getMessage();
        } finally {
            link.cut();
        }
    }

    private Uplink open(URI server, Uplink.Link link) throws IOException, InterruptedException {
        var token = options.readToken();
        return server.getScheme().startsWith("ws")
                ? WebSocketUplink.open(client, server, token, options.patience(), link)
                : new HttpUplink(client, server, token, options.patience(), link);
    }
}
