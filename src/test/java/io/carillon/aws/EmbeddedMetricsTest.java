package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;
import io.carillon.tail.Tail;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// What CloudWatch is told.
@Tag("F10")
@Timeout(60)
class EmbeddedMetricsTest {
    private static Map<String, Object> line(TestNode node) throws IOException {
        return node.bean(JsonMapper.class)
                .readValue(
                        node.bean(EmbeddedMetrics.class).line(),
                        Argument.mapOf(String.class, Object.class));
    }

    @Test
    void aLineSaysWhatScalingAndAlarmsGoBy() throws Exception {
        try (var node =
                        TestNode.start(
                                "carillon.aws.metrics.namespace",
                                "Carillon",
                                "carillon.aws.metrics.service",
                                "carillon-test",
                                "carillon.sight.census",
                                "1s");
                var client = RawWebSocket.connected(node, TestNode.token("acme", "ana"))) {
            node.awaitConnections(1);
            var line = line(node);
            while (!line.get("OpenConnections").equals(1.0)) {
                // Connections are counted each second here.
                Thread.sleep(50);
                line = line(node);
            }
            assertThat(line)
                    .containsEntry("Service", "carillon-test")
                    .containsEntry("OpenConnections", 1.0)
                    .containsEntry("TailDown", 0.0)
                    .containsEntry("ListenSilent", 0.0)
                    .containsEntry("SecretsStale", 0.0)
                    .containsKeys("EventsRead", "Deliveries")
                    .doesNotContainKeys("ArchiveFailing", "IngressEvents");
            assertThat(client).isNotNull();

            var directive =
                    (Map<?, ?>)
                            ((List<?>) ((Map<?, ?>) line.get("_aws")).get("CloudWatchMetrics"))
                                    .getFirst();
            assertThat(directive.get("Namespace")).isEqualTo("Carillon");
            assertThat(directive.get("Dimensions")).isEqualTo(List.of(List.of("Service")));
            for (var described : (List<?>) directive.get("Metrics")) {
                assertThat(line).containsKey((String) ((Map<?, ?>) described).get("Name"));
            }
        }
    }

    @Test
    void whatGrowsIsToldAsTheDifference() throws IOException {
        try (var node = TestNode.start("carillon.aws.metrics.namespace", "Carillon")) {
            line(node);
            var tail = node.bean(Tail.class);
            var before = tail.eventsRead();
            node.emit("acme", "notes", "note.created", "{}");
            // It counts what it has handed on already.
            Waiting.until(() -> tail.eventsRead() == before + 1);
            assertThat(line(node)).containsEntry("EventsRead", 1.0);
            assertThat(line(node)).containsEntry("EventsRead", 0.0);
        }
    }

    @Test
    void withoutANamespaceNothingIsTold() {
        try (var node = TestNode.start()) {
            assertThat(node.has(EmbeddedMetrics.class)).isFalse();
            assertThat(node.has(Ingress.class)).isFalse();
            assertThat(node.has(Archive.class)).isFalse();
            assertThat(node.has(TargetWatch.class)).isFalse();
            assertThat(node.has(SecretLogins.class)).isFalse();
            assertThat(node.has(IamLogins.class)).isFalse();
        }
    }
}
