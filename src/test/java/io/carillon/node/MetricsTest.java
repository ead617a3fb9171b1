package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.Clients;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What is exposed is what is documented, counts what happens, and has few label values.
@Tag("D7")
@Timeout(120)
class MetricsTest {
    private static final Path PAGE = Path.of("src/docs/metrics.md");

    private static final TestNode NODE =
            TestNode.start(
                    "endpoints.prometheus.sensitive", false,
                    "carillon.sight.round", "50ms",
                    "carillon.sight.census", "1s",
                    "carillon.sight.tenants", "quiet",
                    "carillon.sight.top-tenants", 2);

    @BeforeAll
    static void open() {
        NODE.open("names", "counted", "codes", "many");
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void everythingExposedIsDeclaredAndEverythingDeclaredIsExposed() {
        try (var client = Clients.webSocket(NODE, TestNode.token("acme", "ana"), "names")) {
            NODE.emit("acme", "names", "told", "1");
            client.events(1);
            var scrape =
                    Scrape.until(
                            NODE,
                            it ->
                                    it.samples()
                                            .containsKey(
                                                    "carillon_tenant_connections{tenant=\"acme\"}"));

            for (var metric : Metric.values()) {
                var name = metric.exposed() + (metric.kind() == Metric.Kind.TIMER ? "_count" : "");
                assertThat(scrape.names()).as(scrape.text()).contains(name);
                assertThat(scrape.labels(name)).isEqualTo(new TreeSet<>(metric.labels()));
            }
            var declared =
                    Arrays.stream(Metric.values()).map(Metric::exposed).collect(Collectors.toSet());
            assertThat(scrape.names())
                    .filteredOn(name -> name.startsWith("carillon_"))
                    .allMatch(name ->
                            declared.contains(name.replaceAll("_(bucket|count|sum|max)$", ""))
                                    || declared.contains(name));
        }
    }

    @Test
    void deliveriesAndTheirLatencyAreCounted() {
        try (var client = Clients.webSocket(NODE, TestNode.token("acme", "ana"), "counted")) {
            var before = Scrape.of(NODE);
            for (var number = 0; number < 5; number++) {
                NODE.emit("acme", "counted", "told", Integer.toString(number));
                client.events(1);
            }
            var count = "carillon_delivery_latency_seconds_count{from=\"seen\"}";
            var lag = "carillon_tail_lag_seconds_count{from=\"written\"}";
            var after =
                    Scrape.until(
                            NODE,
                            it ->
                                    it.value(count) >= before.value(count) + 5
                                            && it.value(lag) >= before.value(lag) + 5);

            var deliveries = "carillon_hub_deliveries_total";
            assertThat(after.value(deliveries))
                    .isGreaterThanOrEqualTo(before.value(deliveries) + 5);
            assertThat(
                            after.value(
                                    "carillon_delivery_latency_seconds_bucket{from=\"seen\",le=\"10.0\"}"))
                    .isEqualTo(after.value(count));
            assertThat(after.value("carillon_tail_look_age_seconds")).isBetween(0.0, 5.0);
            assertThat(after.value("carillon_ready")).isEqualTo(1);
        }
    }

    @Test
    void refusalsResetsAndClosesAreCountedByCode() {
        var before = Scrape.of(NODE);
        try (var client = Clients.webSocket(NODE, TestNode.token("acme", "ana"), "codes")) {
            Clients.refused(NODE, TestNode.token("acme", "ana"), "forbidden-channel");
            assertThat(client).isNotNull();
        }
        var after =
                Scrape.until(
                        NODE,
                        it ->
                                grew(
                                                before,
                                                it,
                                                "carillon_connections_closed_total{code=\"client\"}")
                                        && grew(before, it, REFUSED)
                                        && grew(before, it, OPENED));

        assertThat(after.values("carillon_resets_total", "reason")).contains("epoch", "behind");
    }

    private static final String REFUSED = "carillon_commands_refused_total{code=\"forbidden\"}";
    private static final String OPENED = "carillon_connections_opened_total";

    private static boolean grew(Scrape before, Scrape after, String sample) {
        return after.value(sample) > before.value(sample);
    }

    @Test
    @Tag("F8")
    void tenantsHaveMetricsOfTheirOwnWithinABound() {
        var clients = new java.util.ArrayList<Clients.Follower>();
        for (var number = 0; number < 6; number++) {
            var tenant = "tenant" + number;
            clients.add(Clients.webSocket(NODE, TestNode.token(tenant, "ana"), "many"));
        }
        clients.add(Clients.webSocket(NODE, TestNode.token("quiet", "ana"), "many"));
        try {
            var name = "carillon_tenant_connections";
            var scrape =
                    Scrape.until(
                            NODE,
                            it ->
                                    it.value(name + "{tenant=\"quiet\"}") == 1
                                            && it.value(name + "{tenant=\"other\"}") >= 4);

            assertThat(scrape.values(name, "tenant")).hasSize(4).contains("quiet", "other");
            assertThat(scrape.value("carillon_connections{transport=\"websocket\"}"))
                    .isGreaterThanOrEqualTo(7);
        } finally {
            clients.forEach(Clients.Follower::close);
        }
    }

    @Test
    void theReferenceIsCurrent() throws IOException {
        var page = render();
        if ("apply".equals(System.getProperty("docs"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("stale; run: mvn test -Dtest=MetricsTest -Ddocs=apply")
                .isEqualTo(page);
    }

    private static String render() {
        var text =
                new StringBuilder(
                        """
                        # Metrics

                        Made from `node/Metric.java`; do not edit. `GET /prometheus` shows them (who may: [security.md](security.md)), and
                        beside them those of the JVM and of HTTP. They are of one node: add them up over `instance`.

                        Counting costs a delivery nothing: lanes keep plain counters that are read from outside, and latencies are measured
                        afterwards, for a batch and lane at a time, at most 200 in half a second. Label values are few, whatever tenants and
                        clients do: a tenant has metrics of its own when it is named in `carillon.sight.tenants`, or is one of the
                        `carillon.sight.top-tenants` (10) with the most deliveries among the others; the rest is counted together as
                        `tenant="other"`. These are gauges, renewed with each census (`carillon.sight.census`, 10 s).

                        Switch `track_commit_timestamp` on in Postgres (it needs a restart) to have latencies from the commit,
                        `from="commit"`. Postgres dates a commit before it flushes its WAL, so the flush is in the figure. Both clocks are
                        compared every 5 s; the figure is right to half a round trip to Postgres. Where it is off, `from="seen"` says what the
                        node itself took.

                        | metric | type | labels | unit | meaning |
                        |---|---|---|---|---|
                        """);
        for (var metric : Metric.values()) {
            var labels =
                    metric.labels().isEmpty()
                            ? "–"
                            : "`" + String.join("` `", metric.labels()) + "`";
            var type =
                    metric.kind() == Metric.Kind.TIMER
                            ? "histogram"
                            : metric.kind().name().toLowerCase(Locale.ROOT);
            text.append(
                    "| `%s` | %s | %s | %s | %s |\n"
                            .formatted(
                                    metric.exposed(),
                                    type,
                                    labels,
                                    metric.unit(),
                                    metric.meaning()));
        }
        return text.toString();
    }
}
