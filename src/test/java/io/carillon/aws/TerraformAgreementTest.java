package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Terraform, the image and the operations guide speak of the product as it is: a setting, metric,
/// path or file that is renamed here breaks the build, not a deployment.
@Tag("F10")
class TerraformAgreementTest {
    private static final Path MODULES = Path.of("terraform/modules");
    private static final Path IMAGE = Path.of("infra/image");
    private static final Path GUIDE = Path.of("src/docs/operations.md");

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    private static String all(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            var text = new StringBuilder();
            for (var file :
                    files.filter(it -> it.toString().endsWith(ending) && Files.isRegularFile(it))
                            .toList()) {
                text.append(read(file)).append('\n');
            }
            return text.toString();
        }
    }

    private static TreeSet<String> found(String regex, String text) {
        return Pattern.compile(regex, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(it -> it.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The reference is made from the settings records, and a test of its own keeps it current.
    private static TreeSet<String> settings() throws IOException {
        return found("`(CARILLON_[A-Z0-9_]+)`", read(Path.of("src/docs/configuration.md")));
    }

    @Test
    void everyVariableThatATaskIsGivenIsASetting() throws IOException {
        var given = found("\\b(CARILLON_[A-Z0-9_]+)\\b", all(MODULES.resolve("service"), ".tf"));
        assertThat(given).hasSizeGreaterThan(20);
        assertThat(settings()).containsAll(given);
    }

    @Test
    void everyVariableOfTheImageAndTheGuideIsASetting() throws IOException {
        assertThat(settings()).containsAll(found("\\b(CARILLON_[A-Z0-9_]+)\\b", all(IMAGE, "")));
        assertThat(settings()).containsAll(found("\\b(CARILLON_[A-Z0-9_]+)\\b", read(GUIDE)));
    }

    @Test
    void everyMetricOfScalingAlarmsAndDashboardIsTold() throws IOException {
        var told =
                Arrays.stream(CloudMetric.values())
                        .map(CloudMetric::text)
                        .collect(Collectors.toSet());
        var alarms = read(MODULES.resolve("observability/alarms.tf"));
        var ours =
                found("namespace\\s*= var\\.metrics_namespace,\\s*metric\\s*= \"(\\w+)\"", alarms);
        assertThat(ours).isNotEmpty();
        assertThat(told).containsAll(ours);
        var dashboard = read(MODULES.resolve("observability/dashboard.tf"));
        assertThat(told)
                .containsAll(found("\\[\"(\\w+)\", \"(?:Average|Maximum|Sum)\"\\]", dashboard));
        assertThat(told)
                .contains(
                        found(
                                        "metric_name\\s*= \"(\\w+)\"",
                                        read(MODULES.resolve("service/scaling.tf")))
                                .first());
    }

    @Test
    void everyAlarmHasItsRunbook() throws IOException {
        var alarms =
                found(
                        "^      ([a-z][a-z-]+) = \\{$",
                        read(MODULES.resolve("observability/alarms.tf")));
        assertThat(alarms).hasSizeGreaterThan(15);
        assertThat(found("^### `([a-z-]+)`$", read(GUIDE))).isEqualTo(alarms);
    }

    @Test
    void taskAndImageAgree() throws IOException, ClassNotFoundException {
        var image = read(IMAGE.resolve("Containerfile"));
        var task = read(MODULES.resolve("service/main.tf"));
        assertThat(image).contains("USER 10001:10001", "EXPOSE 8080", "VOLUME [\"/tmp\"]");
        assertThat(task).contains("\"10001:10001\"", "containerPath = \"/tmp\"");
        assertThat(task).contains("\"/opt/carillon/bin/health\"");
        assertThat(image)
                .contains(
                        "[\"/opt/carillon/bin/health\"]",
                        "COPY --chmod=0755 bin /opt/carillon/bin");
        assertThat(image).contains("io.carillon.node.Carillon");
        assertThat(Class.forName("io.carillon.node.Carillon", false, getClass().getClassLoader()))
                .isNotNull();
    }

    @Test
    void defaultsThatTerraformChecksAgainstAreTheProductsOwn() throws IOException {
        var reference = read(Path.of("src/docs/configuration.md"));
        var service = read(MODULES.resolve("service/variables.tf"));
        assertThat(reference).contains("`CARILLON_CONNECTION_PING_INTERVAL` | `25s`");
        assertThat(reference).contains("`CARILLON_TRANSPORT_MAX_WAIT` | `25s`");
        assertThat(defaultOf("ping_interval_seconds", service)).isEqualTo("25");
        assertThat(defaultOf("poll_wait_seconds", service)).isEqualTo("25");
        assertThat(defaultOf("container_port", service)).isEqualTo("8080");
    }

    private static String defaultOf(String variable, String text) {
        return found("variable \"" + variable + "\" \\{[^}]*?default\\s*= (\\S+)", text).first();
    }

    @Test
    void healthPathsAreAnswered() throws IOException {
        assertThat(read(IMAGE.resolve("health"))).contains("/health/liveness");
        try (var node = TestNode.start()) {
            for (var variable : List.of("service/variables.tf", "edge/variables.tf")) {
                for (var path :
                        found("default\\s*= \"(/health/\\w+)\"", read(MODULES.resolve(variable)))) {
                    assertThat(status(node.port(), path)).as(path).isEqualTo(200);
                }
            }
        }
    }

    private static int status(int port, String path) throws IOException {
        var connection =
                (HttpURLConnection)
                        URI.create("http://localhost:" + port + path).toURL().openConnection();
        return connection.getResponseCode();
    }
}
