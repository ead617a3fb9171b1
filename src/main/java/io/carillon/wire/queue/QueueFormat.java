package io.carillon.wire.queue;

import com.fasterxml.jackson.core.JsonToken;

import io.carillon.channel.Cursor;
import io.carillon.channel.Event;
import io.carillon.hub.Format;
import io.carillon.hub.Run;
import io.carillon.wire.EventMembers;
import io.carillon.wire.Framing;
import io.carillon.wire.JsonText;
import io.carillon.wire.json.JsonBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Encodes runs as the queue's messages, one frame for each event, all in one buffer.
///
/// One instance per audience, shared by all its clients; immutable. A run of which an audience
/// hears nothing becomes an empty buffer.
public final class QueueFormat implements Format {
    private static final String QUEUE_UPDATE = "queue_update";
    private static final String TICKET_UPDATE = "ticket_update";
    private static final String ROW = "queue_ticket.";
    private static final String DELETED = "queue_ticket.deleted";

    private final Framing framing;
    private final Audience audience;

    /// Who is told.
    public enum Audience {
        /// Everybody of the tenant, and its screens: without who did it.
        EVERYBODY,
        /// Operators: a ticket's update is its whole row, the other rows keep their events' names.
        OPERATORS
    }

    /// @param framing the transport's
    /// @param audience who is told
    public QueueFormat(Framing framing, Audience audience) {
        this.framing = framing;
        this.audience = audience;
    }

    @Override
    public ByteBuf encode(Run run) {
        var frames = new ArrayList<ByteBuf>(run.events().size());
        try {
            for (var index = 0; index < run.events().size(); index++) {
                var event = run.events().get(index);
                var type = type(event);
                if (type != null) {
                    frames.add(frame(type, event, run.after(index)));
                }
            }
            return frames.size() == 1 ? frames.getFirst().retain() : joined(frames);
        } finally {
            frames.forEach(ByteBuf::release);
        }
    }

    private static ByteBuf joined(List<ByteBuf> frames) {
        var size = frames.stream().mapToInt(ByteBuf::readableBytes).sum();
        var joined = ByteBufAllocator.DEFAULT.directBuffer(size);
        frames.forEach(joined::writeBytes);
        return joined;
    }

    /// @return the message's type, or null when the audience is not told
    private @Nullable String type(Event event) {
        var type = event.type();
        if (type.equals(QUEUE_UPDATE)) {
            return null;
        }
        return switch (audience) {
            case EVERYBODY -> type;
            case OPERATORS ->
                    type.equals(TICKET_UPDATE)
                            ? null
                            : type.startsWith(ROW) && !type.equals(DELETED) ? TICKET_UPDATE : type;
        };
    }

    private ByteBuf frame(String type, Event event, @Nullable Cursor after) {
        var cursor = after == null ? null : after.encode();
        var data = data(event);
        return JsonBytes.object(
                framing,
                "event",
                cursor,
                256 + (data == null ? 0 : data.length()),
                json -> {
                    json.writeStringField("type", type);
                    json.writeStringField("tenant_id", event.tenant());
                    json.writeStringField("timestamp", event.at().toString());
                    if (data != null) {
                        json.writeFieldName("data");
                        json.writeRawValue(data);
                    }
                    if (audience == Audience.OPERATORS) {
                        optional(json, "actor", event.actor());
                        optional(json, "ref", event.ref());
                    }
                    optional(json, "cursor", cursor);
                });
    }

    private static void optional(
            com.fasterxml.jackson.core.JsonGenerator json, String name, @Nullable String value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static @Nullable String data(Event event) {
        var data = event.data();
        if (data == null) {
            return null;
        }
        var row = event.type().startsWith(ROW) ? row(data) : null;
        return EventMembers.oneLine(row == null ? data : row);
    }

    /// @return the row of a row's event; null where there is none, as when it was too large
    private static @Nullable String row(String data) {
        try (var json = JsonText.parser(data)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var name = json.currentName();
                json.nextToken();
                if (name.equals("row")) {
                    return JsonText.value(json, data).text();
                }
                json.skipChildren();
            }
            return null;
        } catch (IOException notJson) {
            return null;
        }
    }
}
