package io.carillon.transport.events;

import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.micronaut.http.HttpRequest;
import io.netty.buffer.ByteBufUtil;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// The query of `/events`, read strictly. See `src/docs/protocol.md`, "Event streams and polls".
sealed interface EventsQuery {
    /// @param channels at least one, each once
    /// @param cursor where to go on from, or null for from now on
    /// @param presence null when only events are asked for; else what is known of presence
    /// @param waitMillis how long a poll may wait
    record Good(
            List<String> channels,
            @Nullable String cursor,
            @Nullable String presence,
            long waitMillis)
            implements EventsQuery {}

    /// @param refusal what is wrong with it
    record Bad(Message.Refused refusal) implements EventsQuery {}

    /// @param request to `/events`
    /// @param maxWait the longest wait; a longer one is cut
    /// @return its query
    static EventsQuery read(HttpRequest<?> request, Duration maxWait) {
        var query = request.getParameters();
        var channels =
                query.getAll("channels").stream()
                        .flatMap(list -> List.of(list.split(",", -1)).stream())
                        .toList();
        if (channels.isEmpty() || !channels.stream().allMatch(EventsQuery::channelName)) {
            return bad("channels=a,b: names of 1 to 200 bytes without control characters");
        }
        if (channels.stream().distinct().count() < channels.size()) {
            return bad("channels must name each channel once");
        }
        var cursors = query.getAll("cursor");
        var waits = query.getAll("wait");
        var presence = query.getAll("presence");
        if (cursors.size() > 1 || waits.size() > 1 || presence.size() > 1) {
            return bad("cursor, presence and wait may be given once");
        }
        var wait = waits.isEmpty() ? 0 : seconds(waits.getFirst());
        if (wait < 0) {
            return bad("wait is a number of seconds, such as 25");
        }
        // A browser that comes back by itself uses the first address again: its header is newer.
        var last = request.getHeaders().get("Last-Event-ID");
        var cursor = last != null ? last : cursors.isEmpty() ? null : cursors.getFirst();
        var unasked = presence.isEmpty() || presence.getFirst().equals("false");
        return new Good(
                channels,
                cursor,
                unasked ? null : presence.getFirst(),
                Math.min(wait * 1_000, maxWait.toMillis()));
    }

    private static long seconds(String text) {
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
    }

    private static boolean channelName(String name) {
        return !name.isEmpty()
                && name.chars().noneMatch(Character::isISOControl)
                && name.codePoints()
                        .noneMatch(point -> Character.getType(point) == Character.SURROGATE)
                && ByteBufUtil.utf8Bytes(name) <= 200;
    }

    private static Bad bad(String detail) {
        return new Bad(new Message.Refused(null, ErrorCode.MALFORMED, detail));
    }
}
