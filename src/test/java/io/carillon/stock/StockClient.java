package io.carillon.stock;

import com.nimbusds.jose.util.JSONObjectUtils;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A stock `socket.io-client` in a Node process of its own (`src/test/js/client.js`).
final class StockClient implements AutoCloseable {
    /// Versions from npm.
    enum Version {
        /// The latest.
        NOW("now"),
        /// Of two years ago.
        BEFORE("before");

        private final String word;

        Version(String word) {
            this.word = word;
        }
    }

    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final PrintWriter commands;
    private final LinkedBlockingQueue<Map<String, Object>> heard = new LinkedBlockingQueue<>();
    private final List<Map<String, Object>> passed = new ArrayList<>();

    private int attempts;

    /// @param options of the manager, JSON members: `"transports":["polling"]`
    StockClient(Version version, int port, String options) {
        try {
            process =
                    new ProcessBuilder("node", "client.js")
                            .directory(Path.of("src/test/js").toFile())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
        } catch (IOException failed) {
            throw new UncheckedIOException("Node 20 is needed", failed);
        }
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Thread.ofVirtual().start(this::read);
        command(
                "open",
                "\"version\":\"%s\",\"url\":\"http://localhost:%d\",\"options\":{%s}"
                        .formatted(version.word, port, options));
        expect("opened");
    }

    private void read() {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.add(JSONObjectUtils.parse(line));
            }
        } catch (IOException | ParseException failed) {
            heard.add(Map.of("what", "broken", "message", failed.toString()));
        }
    }

    void command(String action, String members) {
        commands.println(
                "{\"do\":\"" + action + "\"" + (members.isEmpty() ? "" : "," + members) + "}");
    }

    /// Enters a namespace with a token and more members of `auth`.
    void enter(String namespace, String token, String more) {
        command(
                "enter",
                "\"namespace\":\"%s\",\"auth\":{\"token\":\"%s\"%s}"
                        .formatted(namespace, token, more.isEmpty() ? "" : "," + more));
    }

    /// @return the answer's first argument
    @SuppressWarnings("unchecked")
    Map<String, Object> ask(String namespace, String name, String arguments) {
        command(
                "emit",
                "\"namespace\":\"%s\",\"name\":\"%s\",\"args\":[%s]"
                        .formatted(namespace, name, arguments));
        var answer = await(message -> is(message, "ack") || is(message, "no ack"));
        if (!is(answer, "ack")) {
            throw new AssertionError("no answer to " + name + ": " + answer);
        }
        return (Map<String, Object>) ((List<Object>) answer.get("args")).getFirst();
    }

    static boolean is(Map<String, Object> message, String what) {
        return what.equals(message.get("what"));
    }

    /// @return the next message of that kind; what came before it is passed over
    Map<String, Object> expect(String what) {
        return await(message -> is(message, what));
    }

    Map<String, Object> await(Predicate<Map<String, Object>> wanted) {
        try {
            while (true) {
                var message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("nothing came any more; before: " + last());
                }
                if (wanted.test(message)) {
                    return message;
                }
                if (is(message, "attempt")) {
                    attempts++;
                }
                passed.add(message);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    /// @return how often it was seen to try again
    int attempts() {
        return attempts;
    }

    private List<Map<String, Object>> last() {
        return passed.subList(Math.max(0, passed.size() - 10), passed.size());
    }

    /// @return the next event that is none of our own signs
    Map<String, Object> event() {
        return await(message ->
                is(message, "event") && !((String) message.get("name")).startsWith("carillon:"));
    }

    /// @return the next event of that name
    Map<String, Object> event(String name) {
        return await(message -> is(message, "event") && name.equals(message.get("name")));
    }

    /// @return `data.n` of an event in the plain form
    static int number(Map<String, Object> event) {
        var envelope = (Map<?, ?>) ((List<?>) event.get("args")).getFirst();
        return ((Number) ((Map<?, ?>) envelope.get("data")).get("n")).intValue();
    }

    @Override
    public void close() {
        command("end", "");
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
