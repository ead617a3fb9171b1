package io.carillon.sight;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.api.admin.RestAnswer;
import io.carillon.conformance.Clients;
import io.carillon.conformance.TestNode;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import jakarta.inject.Singleton;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

@Tag("C9")
@Timeout(120)
class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String ANA = TestNode.token("acme", "ana");

    @Factory
    @Requires(property = "test.spans")
    static final class Exporter {
        @Bean
        @Singleton
        SpanExporter spans() {
            return InMemorySpanExporter.create();
        }
    }

    private static TestNode node(Object... settings) {
        var node = TestNode.start(settings);
        node.sql(
                "create table public.written (id bigint generated always as identity primary key,"
                        + " tenant_id text, actor text)");
        node.sql("grant insert on public.written to carillon_runtime");
        node.sql("select carillon.watch('public.written', 'written')");
        return node;
    }

    private static RestAnswer write(TestNode node, String... headers) {
        return RestAnswer.send(node, "POST", "/api/writes", "{}", ANA, headers);
    }

    @Test
    void oneTraceLeadsFromTheRequestThroughTheEventToTheLanes() {
        try (var node =
                        node(
                                "test.spans", true,
                                "test.writes", true,
                                "carillon.sight.round", "50ms");
                var client = Clients.webSocket(node, ANA, "written");
                var other = Clients.stream(node, ANA, "written")) {
            var answer = write(node, "traceparent", PARENT);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.header("X-Correlation-Id")).isEqualTo(TRACE);
            client.events(1);
            other.events(1);
            var spans = await(node, TracingTest::requestAndHub);

            assertThat(spans).allMatch(span -> span.getTraceId().equals(TRACE));
            var byName = spans.stream().collect(Collectors.groupingBy(SpanData::getName));
            var request = one(byName, "POST /api/writes");
            var tail = one(byName, "tail");
            var hub = one(byName, "hub");
            assertThat(request.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(tail.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(hub.getParentSpanId()).isEqualTo(tail.getSpanId());
            assertThat(byName.get("lane"))
                    .isNotEmpty()
                    .allMatch(lane -> lane.getParentSpanId().equals(hub.getSpanId()));
            assertThat(
                            byName.get("lane").stream()
                                    .mapToLong(lane -> attribute(lane, "carillon.connections"))
                                    .sum())
                    .isEqualTo(2);
            assertThat(tail.getAttributes().asMap().toString())
                    .contains("written.created", "acme", TRACE);
        }
    }

    @Test
    void whatTheClientDoesNotWantRecordedIsNot() {
        try (var node =
                        node(
                                "test.spans",
                                true,
                                "test.writes",
                                true,
                                "carillon.tracing.sample",
                                0,
                                "carillon.sight.round",
                                "50ms");
                var client = Clients.webSocket(node, ANA, "written")) {
            write(node, "traceparent", PARENT.replace("-01", "-00"));
            write(node);
            write(node, "traceparent", PARENT, "X-Correlation-Id", "mine");
            client.events(3);
            var spans = await(node, TracingTest::requestAndHub);

            assertThat(spans).filteredOn(it -> it.getName().equals("tail")).hasSize(1);
            assertThat(spans.stream().map(it -> it.getAttributes().asMap().toString()))
                    .anyMatch(text -> text.contains("carillon.correlation_id=mine"));
        }
    }

    @Test
    void withoutAnEndpointNothingIsTracedAndTheContextTravelsAllTheSame() {
        try (var node = node("test.writes", true);
                var client = Clients.webSocket(node, ANA, "written")) {
            assertThat(node.bean(Tracing.class).on()).isFalse();
            write(node, "traceparent", PARENT);
            client.events(1);
            assertThat(node.ask("select trace from carillon.event where channel = 'written'"))
                    .isEqualTo(PARENT);
            write(node, "traceparent", "nonsense");
            client.events(1);
            assertThat(
                            node.ask(
                                    "select count(*) from carillon.event where channel = 'written'"
                                            + " and trace is null"))
                    .isEqualTo("1");
        }
    }

    /// The request's ends when its answer has gone out, and so do those of the lanes before the
    /// hub's.
    private static boolean requestAndHub(List<SpanData> found) {
        var names = found.stream().map(SpanData::getName).toList();
        return names.contains("hub") && names.contains("POST /api/writes");
    }

    private static List<SpanData> await(TestNode node, Predicate<List<SpanData>> holds) {
        var exporter = (InMemorySpanExporter) node.bean(SpanExporter.class);
        var end = System.nanoTime() + 30_000_000_000L;
        while (true) {
            node.bean(Tracing.class).flush();
            var found = exporter.getFinishedSpanItems();
            if (holds.test(found)) {
                return found;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 s: " + found);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static SpanData one(Map<String, List<SpanData>> spans, String name) {
        assertThat(spans).containsKey(name);
        assertThat(spans.get(name)).hasSize(1);
        return spans.get(name).getFirst();
    }

    private static long attribute(SpanData span, String name) {
        return span.getAttributes().asMap().entrySet().stream()
                .filter(entry -> entry.getKey().getKey().equals(name))
                .mapToLong(entry -> (long) entry.getValue())
                .findFirst()
                .orElse(0);
    }
}
