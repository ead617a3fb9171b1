package io.carillon.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs what is written in TypeScript: its checks and the tests without a node; on a [Stage] those
/// that need a real one, the client in Node over every transport, and pages in Chromium. Their
/// titles carry the rows of the mission.
@Aside
class WebTest {
    private static final Path WEB = Path.of("src", "web");

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void theSourcesAreInOrderAndTheirTestsWithoutANodePass() throws Exception {
        assumeNode();
        run("sources", WEB, Map.of(), "sh", "build/maven.sh", "test");
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void theClientFollowsARealNodeOverEveryTransport() throws Exception {
        assumeNode();
        onStage(
                WEB.resolve("client"),
                Map.of(),
                "npx",
                "vitest",
                "run",
                "--config",
                "vitest.node.config.ts");
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void pagesInChromiumFollowARealNode() throws Exception {
        assumeNode();
        var chromium = chromium();
        if (chromium.isEmpty()) {
            System.out.println(
                    "SKIPPED: the browser tests need Chromium (apt-get install chromium, or"
                            + " CARILLON_CHROMIUM=/path/to/it): src/web/e2e");
        }
        Assumptions.assumeFalse(chromium.isEmpty(), "there is no Chromium");
        // Two files at a time, each with a node of its own: some of them stop it.
        try (var one = new Stage(0);
                var other = new Stage(0)) {
            var stages = one.door() + " " + other.door();
            run(
                    "e2e",
                    WEB.resolve("e2e"),
                    Map.of("CARILLON_CHROMIUM", chromium, "CARILLON_STAGE", stages),
                    "npx",
                    "vitest",
                    "run");
        }
    }

    private static String told(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static void assumeNode() {
        var built = Files.exists(WEB.resolve("client/dist/client.js"));
        if (!built) {
            System.out.println("SKIPPED: the web client was not built (-Dweb.skip)");
        }
        Assumptions.assumeTrue(built, "the web client was not built");
    }

    private static String chromium() {
        var given = System.getenv().getOrDefault("CARILLON_CHROMIUM", "");
        return Stream.of(given, "/usr/bin/chromium", "/usr/bin/chromium-browser")
                .filter(path -> !path.isEmpty() && Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("");
    }

    private static void onStage(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        try (var stage = new Stage(0)) {
            var all = new HashMap<>(environment);
            all.put("CARILLON_STAGE", stage.door());
            run(folder.getFileName().toString(), folder, all, command);
        }
    }

    private static void run(
            String name, Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        // Into a file: what a child writes to our own output breaks Surefire's.
        var log = Path.of("target", "web-" + name + ".log");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("NO_COLOR", "1");
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            assertThat(process.waitFor()).as(() -> told(log)).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
