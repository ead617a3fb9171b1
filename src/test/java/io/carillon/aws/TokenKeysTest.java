package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.auth.TestTokens;
import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/// The keys that tokens are verified with come from Secrets Manager and change while a node runs.
@Tag("F10")
@Timeout(60)
class TokenKeysTest {
    private static final String NEXT = "Qw7Lk2Pz9Xc4Vb6Nm1As3Df8Gh5Jy0Tr_e";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final AwsStub aws = new AwsStub();

    @AfterEach
    void stop() {
        aws.close();
    }

    private TestNode node() {
        return CloudNode.start(
                "secretsmanager",
                aws.url(),
                "carillon.auth.secret",
                "",
                "carillon.aws.secrets.token-keys",
                "tokens",
                "carillon.aws.secrets.refresh",
                "1s");
    }

    private static String token(String secret) {
        return TestTokens.hs256(secret, TestTokens.user("acme", "ana", List.of()));
    }

    /// Reads, which may be done as often as a test waits.
    private static int ask(TestNode node, String token) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://localhost:"
                                                            + node.port()
                                                            + "/api/agents"))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aRotationIsTakenUpWithoutARestartAndWithoutLosingAConnection() {
        aws.put("tokens", "{\"secret\":\"" + TestTokens.SECRET + "\"}");
        try (var node = node()) {
            node.open("notes");
            assertThat(ask(node, token(TestTokens.SECRET))).isEqualTo(200);
            assertThat(ask(node, token(NEXT))).isEqualTo(401);
            try (var old = RawWebSocket.connected(node, token(TestTokens.SECRET))) {
                old.command("\"command\":\"subscribe\",\"channels\":[\"notes\"]");
                assertThat(old.nextOrPing()).containsEntry("ok", true);

                aws.put(
                        "tokens",
                        "{\"secret\":\""
                                + NEXT
                                + "\",\"previous\":{\"secret\":\""
                                + TestTokens.SECRET
                                + "\"}}");
                Waiting.until(() -> ask(node, token(NEXT)) == 200);
                assertThat(ask(node, token(TestTokens.SECRET))).isEqualTo(200);

                aws.put("tokens", "{\"secret\":\"" + NEXT + "\"}");
                Waiting.until(() -> ask(node, token(TestTokens.SECRET)) == 401);
                assertThat(ask(node, token(NEXT))).isEqualTo(200);

                node.emit("acme", "notes", "note.created", "{\"id\":1}");
                assertThat(pushed(old).get("push")).isEqualTo("events");
            }
        }
    }

    private static Map<String, Object> pushed(RawWebSocket client) {
        var message = client.nextOrPing();
        while ("ping".equals(message.get("push"))) {
            message = client.nextOrPing();
        }
        return message;
    }

    @Test
    void whatIsNoKeyChangesNothing() {
        aws.put("tokens", TestTokens.SECRET);
        try (var node = node()) {
            var rotation = node.bean(SecretRotation.class);
            aws.put("tokens", "{\"secret\":\"changeme\"}");
            Waiting.until(rotation::stale);
            assertThat(ask(node, token(TestTokens.SECRET))).isEqualTo(200);

            aws.leave();
            var reads = aws.reads();
            aws.put("tokens", "{\"secret\":\"" + NEXT + "\"}");
            assertThat(ask(node, token(TestTokens.SECRET))).isEqualTo(200);
            assertThat(aws.reads()).isEqualTo(reads);

            aws.comeBack();
            Waiting.until(() -> !rotation.stale());
            assertThat(ask(node, token(NEXT))).isEqualTo(200);
        }
    }

    @Test
    void aNodeThatCannotReadItsKeysDoesNotStart() {
        assertThatThrownBy(this::node)
                .hasStackTraceContaining("secret tokens cannot be read")
                .hasStackTraceContaining("no such secret");
    }

    @Test
    void twoPlacesForKeysAreRefused() {
        aws.put("tokens", NEXT);
        assertThatThrownBy(() ->
                        CloudNode.start(
                                "secretsmanager",
                                aws.url(),
                                "carillon.aws.secrets.token-keys",
                                "tokens"))
                .hasStackTraceContaining("keys in a secret store and in the settings");
    }
}
