package io.carillon.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.conformance.Clients;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.yaml.snakeyaml.Yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Alert rules and dashboard use names, labels and values that a running node exposes.
@Tag("D7")
@Timeout(120)
class DashboardsTest {
    private static final Path PROMETHEUS = Path.of("infra", "prometheus");
    private static final Path GRAFANA = Path.of("infra", "grafana");
    private static final Pattern NAME =
            Pattern.compile("\\b((?:carillon|jvm|process|http)_[a-z0-9_]+)(\\{[^}]*})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(=~|!~|=|!=)\\s*\"([^\"]*)\"");
    private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\)[^b]*?((?:carillon)_\\w+)");

    /// Prometheus adds these to every sample.
    private static final Set<String> OF_THE_TARGET = Set.of("instance", "job");

    private static final TestNode NODE =
            TestNode.start(
                    "endpoints.prometheus.sensitive", false,
                    "carillon.sight.round", "50ms",
                    "carillon.sight.census", "1s");

    private static Scrape scrape;

    @BeforeAll
    static void scrape() {
        NODE.open("news");
        try (var client = Clients.webSocket(NODE, TestNode.token("acme", "ana"), "news")) {
            NODE.emit("acme", "news", "told", "1");
            client.events(1);
            scrape =
                    Scrape.until(
                            NODE,
                            it ->
                                    it.values("carillon_tenant_connections", "tenant")
                                                    .contains("acme")
                                            && it.names()
                                                    .contains(
                                                            "http_server_requests_seconds_count"));
        }
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void everyAlertIsAboutSomethingThatExistsAndSaysWhatToDo() throws IOException {
        var rules = rules();
        assertThat(rules).hasSizeGreaterThan(10);
        for (var rule : rules) {
            var alert = String.valueOf(rule.get("alert"));
            exists(alert, String.valueOf(rule.get("expr")));
            var annotations = (Map<?, ?>) rule.get("annotations");
            assertThat(String.valueOf(annotations.get("summary"))).as(alert).hasSizeGreaterThan(20);
            assertThat(String.valueOf(annotations.get("runbook"))).as(alert).hasSizeGreaterThan(60);
            exists(alert, String.valueOf(annotations.get("runbook")));
            assertThat(((Map<?, ?>) rule.get("labels")).get("severity"))
                    .as(alert)
                    .isIn("page", "ticket");
        }
    }

    @Test
    void latencyFailuresAndActiveConnectionsHaveAlerts() throws IOException {
        var expressions = rules().stream().map(rule -> String.valueOf(rule.get("expr"))).toList();

        for (var metric :
                List.of(
                        Metric.DELIVERY_LATENCY,
                        Metric.CONNECTIONS,
                        Metric.COMMANDS_REFUSED,
                        Metric.RESETS,
                        Metric.NOTIFICATION_QUEUE)) {
            assertThat(expressions).anyMatch(it -> it.contains(metric.exposed()));
        }
    }

    @Test
    void everyPanelShowsSomethingThatExists() throws IOException {
        var file = GRAFANA.resolve("dashboards/carillon.json");
        var panels = new ObjectMapper().readTree(Files.readString(file)).get("panels");
        var used = new ArrayList<String>();
        var ids = new ArrayList<Integer>();
        for (var panel : panels) {
            ids.add(panel.get("id").asInt());
            for (var target : panel.get("targets")) {
                var expression = target.get("expr").asText();
                exists(panel.get("title").asText(), expression);
                used.add(expression);
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
        for (var metric : Metric.values()) {
            assertThat(used).as("shown nowhere").anyMatch(it -> it.contains(metric.exposed()));
        }
    }

    @Test
    void theDashboardAsksTheSourceThatIsProvisionedAndPrometheusTheEndpointThatThereIs()
            throws IOException {
        var source = yaml(GRAFANA.resolve("provisioning/datasources/prometheus.yml")).toString();
        var dashboard = Files.readString(GRAFANA.resolve("dashboards/carillon.json"));
        var uids = new ObjectMapper().readTree(dashboard).findValues("datasource");

        assertThat(uids).isNotEmpty();
        for (JsonNode uid : uids) {
            assertThat(source).contains("uid=" + uid.get("uid").asText());
        }
        var config = yaml(PROMETHEUS.resolve("prometheus.yml")).toString();
        assertThat(config).contains("metrics_path=/prometheus", "job_name=carillon");
        for (var name : List.of("carillon.rules.yml")) {
            assertThat(config).contains(name);
            assertThat(PROMETHEUS.resolve(name)).exists();
        }
    }

    private static void exists(String where, String expression) {
        var names = NAME.matcher(expression);
        while (names.find()) {
            var name = names.group(1);
            // People call a histogram by its bare name.
            assertThat(scrape.names()).as(where).containsAnyOf(name, name + "_count");
            if (names.group(2) != null) {
                labels(where, name, names.group(2));
            }
        }
        var grouped = BY.matcher(expression);
        while (grouped.find()) {
            for (var label : grouped.group(1).split(",")) {
                if (!OF_THE_TARGET.contains(label.strip())) {
                    assertThat(scrape.labels(grouped.group(2)))
                            .as(where + ": " + grouped.group(2))
                            .contains(label.strip());
                }
            }
        }
    }

    private static void labels(String where, String name, String selector) {
        var labels = LABEL.matcher(selector);
        while (labels.find()) {
            var label = labels.group(1);
            if (OF_THE_TARGET.contains(label)) {
                continue;
            }
            assertThat(scrape.labels(name)).as(where + ": " + name).contains(label);
            var wanted = labels.group(3).split("\\|");
            assertThat(scrape.values(name, label)).as(where + ": " + name).contains(wanted);
        }
    }

    private static List<Map<String, Object>> rules() throws IOException {
        var rules = new ArrayList<Map<String, Object>>();
        for (var group : (List<?>) yaml(PROMETHEUS.resolve("carillon.rules.yml")).get("groups")) {
            for (var rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                @SuppressWarnings("unchecked")
                var typed = (Map<String, Object>) rule;
                rules.add(typed);
            }
        }
        return rules;
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }
}
