package io.carillon.aws;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Understands a message's body: a service's own (`tenant`, `channel`, `type`, `data`, and if it
/// likes `id`, `actor`, `correlationId`, `ref`), an event of EventBridge whose `detail` is
/// such a message (`type` may be missing, then `detail-type` is it), or a notification of SNS whose
/// `Message` is one of the two. Stateless.
@Singleton
final class IncomingMessages {
    private static final int MAX_ID = 300;

    private final JsonMapper json;

    IncomingMessages(JsonMapper json) {
        this.json = json;
    }

    /// What became of reading a body.
    sealed interface Read {
        /// An event to publish.
        ///
        /// @param event complete, though Postgres may still refuse it
        record Understood(IncomingEvent event) implements Read {}

        /// Nothing that will ever be an event.
        ///
        /// @param why for the log, without the content
        record Refused(String why) implements Read {}
    }

    /// @param body as it came
    /// @param queueId the queue's own id of the message
    /// @return what it says
    Read read(String body, String queueId) {
        try {
            var node = object(body);
            var queue = "sqs:" + queueId;
            if (node == null) {
                return new Read.Refused("it is no JSON object");
            }
            if ("Notification".equals(string(node, "Type")) && string(node, "Message") != null) {
                var inner = object(String.valueOf(string(node, "Message")));
                return inner == null
                        ? new Read.Refused("its Message is no JSON object")
                        : published(inner, id(node, "MessageId", "sns:", queue));
            }
            return published(node, queue);
        } catch (IOException malformed) {
            return new Read.Refused("it is no JSON");
        }
    }

    private Read published(JsonNode node, String id) throws IOException {
        var detailType = string(node, "detail-type");
        var detail = node.get("detail");
        if (detailType != null && detail != null && detail.isObject()) {
            return event(detail, detailType, id(node, "id", "events:", id));
        }
        return event(node, null, id);
    }

    private Read event(JsonNode node, @Nullable String typeElse, String idElse) throws IOException {
        var tenant = string(node, "tenant");
        var channel = string(node, "channel");
        var said = string(node, "type");
        var type = said == null ? typeElse : said;
        if (tenant == null || channel == null || type == null) {
            return new Read.Refused("it needs tenant, channel and type");
        }
        var id = id(node, "id", "own:" + escaped(tenant) + ":", idElse);
        if (id.length() > MAX_ID) {
            return new Read.Refused("its id is too long");
        }
        var data = node.get("data");
        return new Read.Understood(
                new IncomingEvent(
                        id,
                        tenant,
                        channel,
                        type,
                        data == null || data.isNull()
                                ? null
                                : new String(json.writeValueAsBytes(data), StandardCharsets.UTF_8),
                        string(node, "actor"),
                        string(node, "correlationId"),
                        string(node, "ref")));
    }

    /// What has no id, or an empty one, is known by that of what carried it: it is not the same as
    /// all others without one.
    private static String id(JsonNode node, String member, String prefix, String idElse) {
        var id = string(node, member);
        return id == null || id.isEmpty() ? idElse : prefix + id;
    }

    /// So that tenant `a` with id `b:c` is not tenant `a:b` with id `c`.
    private static String escaped(String tenant) {
        return tenant.replace("%", "%25").replace(":", "%3A");
    }

    private @Nullable JsonNode object(String text) throws IOException {
        var node = json.readValue(text, Argument.of(JsonNode.class));
        return node != null && node.isObject() ? node : null;
    }

    private static @Nullable String string(JsonNode node, String name) {
        var value = node.get(name);
        return value == null || !value.isString() ? null : value.getStringValue();
    }
}
