package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.Aside;
import io.carillon.conformance.TestNode;
import io.carillon.database.Database;
import io.carillon.database.PostgresFixture;

import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// Messages of a queue become events: a real SDK against a real queue in this JVM.
@Tag("F10")
@Timeout(120)
@Aside
class IngressTest {
    private static final Pattern HANDLE = Pattern.compile("\"ReceiptHandle\":\"([^\"]+)\"");

    /// Of the SDK, before it gives up.
    private static final int ATTEMPTS = 4;

    private SQSRestServer mq;
    private Interruption between;
    private SqsClient sqs;
    private String queue;
    private String poison;

    @BeforeEach
    void start() {
        mq = SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
        var address = "http://127.0.0.1:" + mq.waitUntilStarted().localAddress().getPort();
        between = new Interruption(address);
        sqs =
                SqsClient.builder()
                        .endpointOverride(URI.create(address))
                        .region(Region.EU_CENTRAL_1)
                        .httpClient(Apache5HttpClient.create())
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("test", "test")))
                        .build();
        poison = create("dead.fifo", Map.of());
        var arn =
                sqs.getQueueAttributes(it ->
                                it.queueUrl(poison).attributeNames(QueueAttributeName.QUEUE_ARN))
                        .attributes()
                        .get(QueueAttributeName.QUEUE_ARN);
        queue =
                create(
                        "in.fifo",
                        Map.of(
                                QueueAttributeName.REDRIVE_POLICY,
                                "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":3}"
                                        .formatted(arn)));
    }

    private String create(String name, Map<QueueAttributeName, String> more) {
        var attributes = new HashMap<>(more);
        attributes.put(QueueAttributeName.FIFO_QUEUE, "true");
        attributes.put(QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true");
        return sqs.createQueue(it -> it.queueName(name).attributes(attributes)).queueUrl();
    }

    @AfterEach
    void stop() {
        sqs.close();
        between.close();
        mq.stopAndWait();
    }

    private TestNode node(Object... more) {
        var all =
                new ArrayList<Object>(
                        List.of(
                                "carillon.aws.ingress.queue-url",
                                between.url() + URI.create(queue).getPath(),
                                "carillon.aws.ingress.max-wait",
                                "1s",
                                "carillon.aws.ingress.retry",
                                "1s"));
        all.addAll(List.of(more));
        return CloudNode.start(
                PostgresFixture.databaseAside(), "sqs", between.url(), all.toArray());
    }

    private void send(String group, String body) {
        sqs.sendMessage(it -> it.queueUrl(queue).messageGroupId(group).messageBody(body));
    }

    private static String note(String channel, int number) {
        return """
        {"tenant":"acme","channel":"%s","type":"note.created","data":{"n":%d},"actor":"shop","correlationId":"c%d"}\
        """
                .formatted(channel, number, number);
    }

    private static String events(TestNode node, String channel) {
        return node.ask(
                "select string_agg(data->>'n', ',' order by id) from carillon.event where channel ="
                        + " '"
                        + channel
                        + "'");
    }

    /// As if the time for which the messages are hidden were over.
    private void showAtOnce(String acknowledgement) {
        HANDLE.matcher(acknowledgement)
                .results()
                .forEach(found ->
                        sqs.changeMessageVisibility(it ->
                                it.queueUrl(queue)
                                        .receiptHandle(found.group(1))
                                        .visibilityTimeout(0)));
    }

    private long left(String url) {
        var said =
                sqs.getQueueAttributes(it ->
                                it.queueUrl(url)
                                        .attributeNames(
                                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                                QueueAttributeName
                                                        .APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                        .attributes()
                        .values();
        return said.stream().mapToLong(Long::parseLong).sum();
    }

    @Test
    void messagesBecomeEventsInTheOrderOfTheirGroup() {
        for (var n = 1; n <= 25; n++) {
            send("a", note("a", n));
            send("b", note("b", n));
        }
        try (var node = node()) {
            Waiting.until(() -> left(queue) == 0);
            assertThat(events(node, "a"))
                    .isEqualTo("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25");
            assertThat(events(node, "b")).isEqualTo(events(node, "a"));
            assertThat(
                            node.ask(
                                    "select actor || ' ' || correlation_id from carillon.event"
                                            + " where channel = 'a' order by id limit 1"))
                    .isEqualTo("shop c1");
        }
    }

    @Test
    void aCrashBetweenCommitAndAcknowledgementMakesOneEvent() {
        var failures = new AtomicInteger();
        between.cut(request -> {
            var cut =
                    request.what().endsWith("DeleteMessageBatch")
                            && failures.incrementAndGet() <= 2 * ATTEMPTS;
            if (cut && failures.get() % ATTEMPTS == 0) {
                showAtOnce(request.body());
            }
            return cut;
        });
        send("a", note("a", 1));
        send("a", note("a", 2));
        try (var node = node("carillon.aws.ingress.visibility", "10s")) {
            Waiting.until(() -> left(queue) == 0);
            assertThat(events(node, "a")).isEqualTo("1,2");
            assertThat(failures.get()).isGreaterThan(2 * ATTEMPTS);
            assertThat(node.bean(Ingress.class).taken()).isGreaterThan(2);
        }
    }

    @Test
    void poisonGoesAsideAndHoldsNobodyUp() {
        send("a", note("a", 1));
        send("a", "no JSON");
        send("a", "{\"tenant\":\"acme\",\"channel\":\"a\",\"type\":\"carillon.reserved\"}");
        send("a", note("a", 2));
        try (var node = node()) {
            Waiting.until(() -> "1,2".equals(events(node, "a")));
            Waiting.until(() -> left(queue) == 0 && left(poison) == 2);
            assertThat(node.bean(Ingress.class).refused()).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void nothingIsAcknowledgedBeforeItsCommit() throws Exception {
        try (var node = node();
                var blocker = node.bean(Database.class).open("blocker")) {
            node.sql("grant all on carillon.ingress to public");
            blocker.setAutoCommit(false);
            try (var statement = blocker.createStatement()) {
                statement.execute("lock table carillon.ingress in exclusive mode");
            }
            send("a", note("a", 1));
            Waiting.until(() ->
                    "1"
                            .equals(
                                    node.ask(
                                            "select count(*) from pg_locks where not granted and"
                                                    + " relation = 'carillon.ingress'::regclass")));
            assertThat(between.asked()).noneMatch(it -> it.endsWith("DeleteMessageBatch"));
            assertThat(left(queue)).isEqualTo(1);
            assertThat(events(node, "a")).isNull();

            blocker.rollback();
            Waiting.until(() -> left(queue) == 0);
            assertThat(events(node, "a")).isEqualTo("1");
        }
    }

    @Test
    void eventBridgeAndSnsAreUnderstood() {
        send(
                "e",
                """
                {"version":"0","id":"e-1","detail-type":"order.paid","source":"shop","detail":
                {"tenant":"acme","channel":"orders","data":{"n":1}}}\
                """);
        send(
                "s",
                """
                {"Type":"Notification","MessageId":"s-1","TopicArn":"arn:aws:sns:eu-central-1:1:t","Message":
                "{\\"tenant\\":\\"acme\\",\\"channel\\":\\"orders\\",\\"type\\":\\"order.sent\\",\\"data\\":{\\"n\\":2}}"}\
                """);
        // The same event of EventBridge once more, as another message.
        send(
                "f",
                """
                {"version":"0","id":"e-1","detail-type":"order.paid","source":"shop","time":"later","detail":
                {"tenant":"acme","channel":"orders","data":{"n":1}}}\
                """);
        try (var node = node()) {
            Waiting.until(() -> left(queue) == 0);
            assertThat(
                            node.ask(
                                    "select string_agg(type || (data->>'n'), ',' order by type)"
                                            + " from carillon.event where channel = 'orders'"))
                    .isEqualTo("order.paid1,order.sent2");
            assertThat(node.ask("select string_agg(id, ',' order by id) from carillon.ingress"))
                    .isEqualTo("events:e-1,sns:s-1");
        }
    }

    /// Whoever hands an event on may leave out what EventBridge and SNS add.
    @Test
    void messagesWithoutAnIdOfTheirOwnAreDifferentOnes() {
        for (var n = 1; n <= 2; n++) {
            send(
                    "e",
                    """
                    {"detail-type":"order.paid","detail":
                    {"tenant":"acme","channel":"orders","data":{"n":%d}}}\
                    """
                            .formatted(n));
            send(
                    "s",
                    """
                    {"Type":"Notification","Message":
                    "{\\"tenant\\":\\"acme\\",\\"channel\\":\\"notes\\",\\"type\\":\\"t\\",\\"data\\":{\\"n\\":%d}}"}\
                    """
                            .formatted(n));
            send(
                    "o",
                    """
                    {"tenant":"acme","channel":"blank","type":"t","id":"","data":{"n":%d}}\
                    """
                            .formatted(n));
        }
        try (var node = node()) {
            Waiting.until(() -> left(queue) == 0);
            assertThat(events(node, "orders")).isEqualTo("1,2");
            assertThat(events(node, "notes")).isEqualTo("1,2");
            assertThat(events(node, "blank")).isEqualTo("1,2");
        }
    }

    @Test
    void theSameIdOfTwoTenantsAreTwo() {
        var message =
                """
                {"tenant":"%s","channel":"a","type":"t","id":"%s","data":{"n":%d}}\
                """;
        send("a", message.formatted("acme", "eu:7", 1));
        send("a", message.formatted("acme:eu", "7", 2));
        send("a", message.formatted("acme%3Aeu", "7", 3));
        send("a", message.formatted("acme:eu", "7", 4));
        try (var node = node()) {
            Waiting.until(() -> left(queue) == 0);
            assertThat(events(node, "a")).isEqualTo("1,2,3");
        }
    }
}
