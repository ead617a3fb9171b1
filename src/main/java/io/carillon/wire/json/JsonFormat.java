package io.carillon.wire.json;

import com.fasterxml.jackson.core.JsonGenerator;

import io.carillon.hub.Format;
import io.carillon.hub.Run;
import io.carillon.wire.EventMembers;
import io.carillon.wire.Framing;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Encodes runs as `events` messages, or as `conflated` or `ephemeral` ones, which have no cursor.
///
/// One instance per transport, immutable; called once per run, lane and transport. The payload goes
/// from the log's text into the buffer as it is. See `src/docs/protocol.md`, "Events".
public final class JsonFormat implements Format {
    private final Framing framing;

    /// @param framing the transport's
    public JsonFormat(Framing framing) {
        this.framing = framing;
    }

    @Override
    public ByteBuf encode(Run run) {
        var cursor = run.cursor() == null ? null : run.cursor().encode();
        var kind =
                switch (run.kind()) {
                    case EVENTS -> "events";
                    case CONFLATED -> "conflated";
                    case EPHEMERAL -> "ephemeral";
                };
        return JsonBytes.object(
                framing, kind, cursor, estimate(run), json -> write(json, kind, cursor, run));
    }

    private static int estimate(Run run) {
        var size = 512;
        for (var event : run.events()) {
            var data = event.data();
            size += 256 + (data == null ? 0 : data.length());
        }
        return size;
    }

    private static void write(JsonGenerator json, String kind, @Nullable String cursor, Run run)
            throws IOException {
        json.writeStringField("push", kind);
        json.writeStringField("channel", run.key().channel());
        if (cursor != null) {
            json.writeStringField("cursor", cursor);
        }
        json.writeArrayFieldStart("events");
        for (var event : run.events()) {
            json.writeStartObject();
            if (run.kind() != Run.Kind.EPHEMERAL) {
                // Ephemeral events are numbered apart; their ids mean nothing to a client.
                json.writeStringField("id", Long.toString(event.id()));
            }
            EventMembers.write(json, event);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
