package io.carillon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;

class FirstPageTest {
    private static final Pattern ASSET = Pattern.compile("\"(/assets/[^\"]+)\"");

    @Test
    void inDevelopmentThereIsSomethingToTry() {
        try (var node = DemoNode.development()) {
            var page = node.get("/");

            assertThat(page.statusCode()).isEqualTo(200);
            guarded(node, page);
            worker(node);
            assertThat(node.get("/api/demo/stage").body())
                    .contains("\"notes\":true", "\"psql\":null");
            assertThat(node.get("/api/demo/clock").body()).contains("\"now\":\"");
        }
    }

    @Test
    void inProductionItTellsNothingOfAnybody() {
        try (var node = DemoNode.production()) {
            var page = node.get("/");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .contains("<title>Carillon</title>")
                    .doesNotContain("postgres://", "psql", "token=", "localhost");
            if (FirstPageTest.class.getResource("/web/console/index.html") == null) {
                assertThat(page.body()).contains("was not built", "/realtime", "/events");
            } else {
                assertThat(page.body()).contains("<script type=\"module\"");
            }
            guarded(node, page);
            for (var path :
                    List.of(
                            "/api/demo/stage",
                            "/api/demo/users",
                            "/api/demo/clock",
                            "/api/demo/notes",
                            "/api/demo/notes/1")) {
                assertThat(node.get(path).statusCode()).as(path).isEqualTo(404);
                assertThat(node.get(path, DemoNode.as("acme", "ana")).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }
            for (var type :
                    List.of(
                            NoteController.class,
                            NoteTable.class,
                            Notes.class,
                            DemoTokens.class,
                            io.carillon.database.OwnerAccess.class)) {
                assertThat(node.node().has(type)).as(type.getName()).isFalse();
            }
            assertThat(node.node().ask("select coalesce(to_regnamespace('demo')::text, 'none')"))
                    .isEqualTo("none");
        }
    }

    /// The page is asked for each time, its assets are kept for ever, and nothing runs that was not
    /// served from here.
    private static void guarded(DemoNode node, HttpResponse<String> page) {
        assertThat(header(page, "Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .doesNotContain(" style=", " onclick=", "<style", "http://", "https://");
        assertThat(node.get("/", "If-None-Match", header(page, "ETag")).statusCode())
                .isEqualTo(304);

        var assets = ASSET.matcher(page.body()).results().map(found -> found.group(1)).toList();
        assertThat(assets).isNotEmpty();
        for (var address : assets) {
            var asset = node.get(address);
            assertThat(asset.statusCode()).as(address).isEqualTo(200);
            assertThat(address)
                    .matches("/assets/[A-Za-z0-9_-]+[.-][A-Za-z0-9_-]{8,16}\\.(js|css|svg)");
            assertThat(header(asset, "Cache-Control"))
                    .isEqualTo("public, max-age=31536000, immutable");
            assertThat(header(asset, "Content-Type"))
                    .startsWith(
                            address.endsWith("js")
                                    ? "text/javascript"
                                    : address.endsWith("css") ? "text/css" : "image/svg+xml");
            assertThat(asset.body()).isNotEmpty();
        }
        for (var none :
                List.of(
                        "/assets/page.css",
                        "/assets/..%2fapplication.yml",
                        "/assets/x",
                        "/assets/..%2findex.html")) {
            assertThat(node.get(none).statusCode()).as(none).isBetween(400, 404);
        }
    }

    /// The service worker is asked for each time, speaks to this node only, and keeps what there
    /// is.
    private static void worker(DemoNode node) {
        var worker = node.get("/sw.js");
        if (FirstPageTest.class.getResource("/web/console/sw.js") == null) {
            assertThat(worker.statusCode()).isEqualTo(404);
            return;
        }
        assertThat(worker.statusCode()).isEqualTo(200);
        assertThat(header(worker, "Content-Type")).startsWith("text/javascript");
        assertThat(header(worker, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(worker, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; connect-src 'self'");
        assertThat(header(worker, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(node.get("/sw.js", "If-None-Match", header(worker, "ETag")).statusCode())
                .isEqualTo(304);
        var kept = ASSET.matcher(worker.body()).results().map(found -> found.group(1)).toList();
        assertThat(kept).isNotEmpty();
        for (var address : kept) {
            assertThat(node.get(address).statusCode()).as(address).isEqualTo(200);
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
