package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/// Old events go to a bucket before their slot is emptied: a real SDK against S3Mock.
@Tag("F10")
@Timeout(180)
@Aside
class ArchiveTest {
    private static final String NEXT = "(carillon.slot() + 1) & 7";
    private static final AtomicInteger BUCKETS = new AtomicInteger();
    private static S3Process store;

    private Interruption between;
    private S3Client s3;
    private String bucket;

    @BeforeAll
    static void startStore() {
        store = new S3Process();
    }

    @AfterAll
    static void stopStore() {
        store.close();
    }

    @BeforeEach
    void start() {
        between = new Interruption(store.url());
        bucket = "archive-" + BUCKETS.incrementAndGet();
        s3 =
                S3Client.builder()
                        .endpointOverride(URI.create(store.url()))
                        .region(Region.EU_CENTRAL_1)
                        .forcePathStyle(true)
                        .httpClient(Apache5HttpClient.create())
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("test", "test")))
                        .build();
        s3.createBucket(it -> it.bucket(bucket));
    }

    @AfterEach
    void stop() {
        s3.close();
        between.close();
    }

    private TestNode node() {
        return CloudNode.start(
                PostgresFixture.databaseAside(),
                "s3",
                between.url(),
                "carillon.aws.archive.bucket",
                bucket,
                "carillon.aws.archive.pages",
                "16",
                "carillon.aws.archive.every",
                "1s",
                "aws.s3.path-style-access-enabled",
                true);
    }

    private static void old(TestNode node, int events) {
        node.sql(
                "insert into carillon.event (tenant, channel, type, data, slot) select 'acme',"
                    + " 'old', 'thing.done', json_build_object('n', n, 'text', E'two\\nlines'), "
                        + NEXT
                        + " from generate_series(1, "
                        + events
                        + ") n");
    }

    private static boolean archived(TestNode node) {
        return node.ask("select max(manifest) from carillon.archived") != null;
    }

    private Map<String, Object> manifest(TestNode node) throws IOException {
        var key = node.ask("select manifest from carillon.archived");
        try (var in = s3.getObject(it -> it.bucket(bucket).key(key))) {
            return node.bean(JsonMapper.class)
                    .readValue(in, Argument.mapOf(String.class, Object.class));
        }
    }

    private List<String> lines(TestNode node) throws IOException {
        var lines = new ArrayList<String>();
        for (var part : (List<?>) manifest(node).get("parts")) {
            var key = (String) ((Map<?, ?>) part).get("key");
            try (var reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    new GZIPInputStream(
                                            s3.getObject(it -> it.bucket(bucket).key(key))),
                                    StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            }
        }
        return lines;
    }

    @Test
    void aSlotIsEmptiedOnlyAfterItsEventsAreSafe() throws IOException {
        between.cut(request -> request.what().startsWith("PUT"));
        try (var node = node()) {
            Waiting.until(() -> node.ask("select archive from carillon.log_state") != null);
            old(node, 3_000);
            Waiting.until(() -> node.bean(Archive.class).failing());
            assertThat(node.ask("select carillon.rotate()")).isEqualTo("unarchived");

            between.cut(request -> false);
            Waiting.until(() -> archived(node));
            var lines = lines(node);
            assertThat(lines).hasSize(3_000);
            assertThat(lines.getFirst())
                    .contains(
                            "\"tenant\":\"acme\"",
                            "\"channel\":\"old\"",
                            "\"n\" : 1,",
                            "two\\nlines");
            assertThat(manifest(node)).containsEntry("events", 3_000);
            // The round that archived it says so when it is over.
            Waiting.until(() -> !node.bean(Archive.class).failing());

            assertThat(node.ask("select carillon.rotate()")).startsWith("emptied carillon.event_");
            assertThat(node.ask("select count(*) from carillon.archived")).isEqualTo("0");
        }
    }

    @Test
    void anInterruptedArchiveGoesOnWhereItWas() throws IOException {
        var puts = new AtomicInteger();
        between.cut(request ->
                request.what().startsWith("PUT")
                        && request.what().contains("part-")
                        && puts.incrementAndGet() > 3);
        try (var node = node()) {
            Waiting.until(() -> node.ask("select archive from carillon.log_state") != null);
            old(node, 10_000);
            Waiting.until(() -> node.bean(Archive.class).failing());
            between.cut(request -> false);
            Waiting.until(() -> archived(node));
            assertThat(lines(node)).hasSize(10_000).doesNotHaveDuplicates();
            // Each of the first three was written once, however often the work began again.
            for (var part = 0; part < 3; part++) {
                var name = "part-%05d.ndjson.gz".formatted(part);
                assertThat(
                                between.asked().stream()
                                        .filter(it -> it.startsWith("PUT") && it.endsWith(name)))
                        .hasSize(1);
            }
        }
    }

    @Test
    void aDamagedObjectIsNoticedAndNothingIsEmptied() {
        try (var node = node()) {
            // The store changes what it was given.
            between.cut(request -> {
                if (request.what().startsWith("GET")
                        && request.what().endsWith("part-00000.ndjson.gz")) {
                    var key = request.what().substring(("GET /" + bucket + "/").length());
                    var head = s3.headObject(it -> it.bucket(bucket).key(key));
                    s3.putObject(
                            it -> it.bucket(bucket).key(key).metadata(head.metadata()),
                            RequestBody.fromBytes(new byte[] {1, 2, 3}));
                }
                return false;
            });
            Waiting.until(() -> node.ask("select archive from carillon.log_state") != null);
            old(node, 100);
            Waiting.until(() -> node.bean(Archive.class).failing());
            assertThat(archived(node)).isFalse();
            assertThat(node.ask("select carillon.rotate()")).isEqualTo("unarchived");
        }
    }

    @Test
    void whatCommitsLateIsArchivedTooBeforeTheSlotIsEmptied() throws IOException {
        try (var node = node()) {
            Waiting.until(() -> node.ask("select archive from carillon.log_state") != null);
            old(node, 100);
            Waiting.until(() -> archived(node));
            // No round comes in between.
            between.cut(request -> request.what().startsWith("PUT"));
            old(node, 1);
            assertThat(node.ask("select carillon.rotate()")).isEqualTo("unarchived");
            between.cut(request -> false);
            Waiting.until(() -> "101".equals(node.ask("select events from carillon.archived")));
            assertThat(lines(node)).hasSize(101);
            assertThat(node.ask("select carillon.rotate()")).startsWith("emptied");
        }
    }
}
