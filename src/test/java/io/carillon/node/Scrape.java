package io.carillon.node;

import io.carillon.conformance.TestNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What Prometheus gets from a node.
///
/// @param samples each with its whole line up to the value
record Scrape(Map<String, Double> samples, String text) {
    private static final Pattern SAMPLE = Pattern.compile("^(\\S+(?:\\{.*})?) (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    static Scrape of(TestNode node) {
        try (var client = HttpClient.newHttpClient()) {
            var address = URI.create("http://localhost:" + node.port() + "/prometheus");
            var answer =
                    client.send(
                            HttpRequest.newBuilder(address).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(answer.statusCode() + " " + answer.body());
            }
            return parse(answer.body());
        } catch (java.io.IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Scrape parse(String text) {
        var samples = new HashMap<String, Double>();
        text.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    var matcher = SAMPLE.matcher(line);
                    if (matcher.matches()) {
                        var value = matcher.group(2).replace("+Inf", "Infinity");
                        samples.put(matcher.group(1), Double.parseDouble(value));
                    }
                });
        return new Scrape(samples, text);
    }

    /// Scrapes until it holds; half a minute at most.
    static Scrape until(TestNode node, Predicate<Scrape> holds) {
        var end = System.nanoTime() + 30_000_000_000L;
        var scrape = of(node);
        while (!holds.test(scrape)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 s:\n" + scrape.text);
            }
            LockSupport.parkNanos(50_000_000);
            scrape = of(node);
        }
        return scrape;
    }

    double value(String sample) {
        var value = samples.get(sample);
        return value == null ? Double.NaN : value;
    }

    /// @return the names without labels
    Set<String> names() {
        var names = new TreeSet<String>();
        samples.keySet().forEach(sample -> names.add(sample.split("\\{")[0]));
        return names;
    }

    /// @return the labels that a metric has
    Set<String> labels(String name) {
        var labels = new TreeSet<String>();
        for (var sample : samples.keySet()) {
            if (sample.startsWith(name + "{")) {
                var matcher = LABEL.matcher(sample.substring(name.length()));
                while (matcher.find()) {
                    labels.add(matcher.group(1));
                }
            }
        }
        return labels;
    }

    /// @return the values that a label has
    List<String> values(String name, String label) {
        var pattern = Pattern.compile(label + "=\"([^\"]*)\"");
        return samples.keySet().stream()
                .filter(sample -> sample.startsWith(name + "{"))
                .map(pattern::matcher)
                .filter(java.util.regex.Matcher::find)
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }
}
