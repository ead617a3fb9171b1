package io.carillon.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.auth.TestTokens;
import io.carillon.oracle.Ground;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Pages as people have them: the client library with its own backoff and its own fallback, in a
/// process of Node, which stay open whatever happens to the cluster and count for how long they had
/// a path (`src/web/client/node-test/pages.js`). One thread.
final class Visitors implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FREE = "free";
    private static final Path CLIENT = Path.of("src", "web", "client");

    /// The nodes' signs of life come every five seconds here; a while for a loaded machine.
    private static final int QUIET_MILLIS = 7_000;

    private final int count;
    private final Process process;
    private final Writer questions;
    private final BufferedReader answers;

    /// For how long pages had a path.
    ///
    /// @param pages how many
    /// @param with client-seconds with a live or polling path
    /// @param without client-seconds without any, since each was connected for the first time
    /// @param longest seconds that one page was without, at most
    /// @param connecting seconds that one page took to connect for the first time, at most;
    ///     negative when one never did
    /// @param losses how often one was lost
    record Paths(
            int pages, double with, double without, double longest, double connecting, int losses) {
        /// @return the share of client-seconds with a path
        double share() {
            return with / (with + without);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.2f %% of %.0f client-seconds with a live or polling path (%d pages, %d"
                            + " losses, the longest %.1f s; connected within %.2f s)",
                    100 * share(),
                    with + without,
                    pages,
                    losses,
                    longest,
                    connecting);
        }
    }

    private Visitors(int count, Process process) {
        this.count = count;
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /// Opens pages, and returns when each has a path.
    ///
    /// @param ground where
    /// @param count how many; every fourth has no WebSockets, as behind some proxies
    /// @return null where there is no client library to open pages with (`-Dweb.skip`)
    static Visitors open(Ground ground, int count) throws IOException {
        if (!Files.exists(CLIENT.resolve("dist/index.js"))) {
            System.out.println("SKIPPED: no pages are open, the web client was not built");
            return null;
        }
        var process =
                new ProcessBuilder("node", "node-test/pages.js")
                        .directory(CLIENT.toFile())
                        .redirectError(Path.of("target", "chaos-pages.log").toFile())
                        .start();
        var visitors = new Visitors(count, process);
        var pages = new ArrayList<Map<String, Object>>();
        for (var number = 0; number < count; number++) {
            pages.add(page(ground, number));
        }
        var unused = visitors.ask(JSON.writeValueAsString(Map.of("open", pages)));
        for (var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                visitors.paths().connecting < 0; ) {
            if (System.nanoTime() > end) {
                visitors.close();
                throw new IOException("pages do not connect, see target/chaos-pages.log");
            }
        }
        return visitors;
    }

    private static Map<String, Object> page(Ground ground, int number) {
        var tenant = Ground.TENANTS[number % Ground.TENANTS.length];
        var claims =
                TestTokens.user(tenant, "visitor" + number, List.of("member"))
                        .expirationTime(Date.from(Instant.now().plusSeconds(7 * 3_600)));
        return Map.of(
                "url",
                "http://127.0.0.1:" + ground.port(),
                "token",
                TestTokens.hs256(claims),
                "channel",
                "news",
                "kind",
                number % 4 == 3 ? "blocked" : FREE,
                "quiet",
                QUIET_MILLIS);
    }

    int count() {
        return count;
    }

    private JsonNode ask(String line) throws IOException {
        questions.write(line + "\n");
        questions.flush();
        var answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the pages are gone, see target/chaos-pages.log");
        }
        return JSON.readTree(answer);
    }

    /// @return how it stands now
    Paths paths() throws IOException {
        return paths(ask("{}").get("pages"), "");
    }

    /// @return how it stands now with the pages that can have WebSockets
    Paths free() throws IOException {
        return paths(ask("{}").get("pages"), FREE);
    }

    /// @param kind of the pages that count; empty for all
    private static Paths paths(JsonNode pages, String kind) {
        var with = 0.0;
        var without = 0.0;
        var longest = 0.0;
        var connecting = 0.0;
        var losses = 0;
        var count = 0;
        for (var page : pages) {
            if (!kind.isEmpty() && !page.get("kind").asText().equals(kind)) {
                continue;
            }
            count++;
            with += page.get("with").asDouble() / 1_000;
            without += page.get("without").asDouble() / 1_000;
            longest = Math.max(longest, page.get("longest").asDouble() / 1_000);
            losses += page.get("losses").asInt();
            var took = page.get("connecting").asDouble() / 1_000;
            connecting = took < 0 || connecting < 0 ? -1 : Math.max(connecting, took);
        }
        return new Paths(count, with, without, longest, connecting, losses);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
