package io.carillon.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// What a client does with a message: the protocol's rules for cursors, in one place.
///
/// One cursor per connection; while a subscribe is unanswered, the cursors of its channels' events
/// belong to these channels only; after the answer they belong to the connection.
final class Reception {
    private final Client client;
    private final Set<String> live;
    private final Map<List<String>, Set<String>> unanswered;
    private final BooleanSupplier nodeIsUp;

    Reception(
            Client client,
            Set<String> live,
            Map<List<String>, Set<String>> unanswered,
            BooleanSupplier nodeIsUp) {
        this.nodeIsUp = nodeIsUp;
        this.client = client;
        this.live = live;
        this.unanswered = unanswered;
    }

    void take(Map<String, Object> message) throws IOException {
        var push = (String) message.get("push");
        switch (push) {
            case "events" -> events(message);
            case "reset" -> {
                client.diary.note("reset " + message.get("channels") + " " + message.get("reason"));
                for (var channel : Json.list(message.get("channels"))) {
                    end((String) channel, (String) message.get("reason"), true);
                }
            }
            case "subscribed" -> subscribed(message);
            case "polled" -> {
                unanswered.values().forEach(live::addAll);
                unanswered.clear();
                stand(live, (String) message.get("cursor"));
            }
            case "unsubscribed" -> Json.list(message.get("asked")).forEach(live::remove);
            case "refused" -> refused(message);
            case "ping" -> stand(live, (String) message.get("cursor"));
            case "connected" -> {}
            case "drain", "closed" -> throw new Session.Over(message.toString());
            default -> throw new AssertionError("unexpected " + message);
        }
    }

    private void stand(Set<String> who, String cursor) {
        if (cursor != null) {
            who.forEach(channel -> client.followings.get(channel).cursor = cursor);
        }
    }

    private void events(Map<String, Object> message) {
        var channel = (String) message.get("channel");
        var cursor = (String) message.get("cursor");
        var owed = unanswered.values().stream().filter(it -> it.contains(channel)).findFirst();
        if (owed.isEmpty() && !live.contains(channel)) {
            throw new AssertionError("events of a channel that is not followed: " + message);
        }
        var following = client.followings.get(channel);
        var ids = new ArrayList<Object>();
        for (var event : Json.list(message.get("events"))) {
            var told = Json.object(event);
            ids.add(told.get("id"));
            var problem = following.take(told);
            if (problem != null) {
                client.diary.note("events " + channel + " " + ids + " " + cursor);
                throw new AssertionError(channel + ": " + problem);
            }
        }
        client.diary.note("events " + channel + " " + ids + " " + cursor);
        stand(owed.orElse(live), cursor);
    }

    private void subscribed(Map<String, Object> message) {
        var asked = Json.list(message.get("asked"));
        var told = Json.list(message.get("channels"));
        client.diary.note("subscribed " + told + " " + message.get("cursor"));
        var group = take(asked);
        for (var channel : told) {
            if (!group.remove(channel)) {
                throw new AssertionError("subscribed to what was reset: " + message);
            }
            live.add((String) channel);
        }
        if (!group.isEmpty()) {
            throw new AssertionError(
                    group + " were asked for and neither reset nor subscribed: " + message);
        }
        stand(live, (String) message.get("cursor"));
    }

    private Set<String> take(List<Object> asked) {
        var group = unanswered.remove(asked);
        if (group == null) {
            throw new AssertionError("an answer to nothing: " + asked);
        }
        return group;
    }

    private void refused(Map<String, Object> message) throws IOException {
        var code = String.valueOf(message.get("code"));
        client.diary.note(
                "refused " + code + " " + message.get("reason") + " " + message.get("asked"));
        var fault = message.get("status") instanceof Integer status && status >= 500;
        if (fault && !code.equals("unavailable") && !nodeIsUp.getAsBoolean()) {
            client.faults++;
            throw new Session.Over("a fault while things are broken: " + message);
        }
        switch (code) {
            case "reset" -> {
                // A poll asks anew each time, also when an earlier one was answered.
                var asked = Json.list(message.get("asked"));
                var group =
                        message.containsKey("status") && !unanswered.containsKey(asked)
                                ? Set.copyOf(live)
                                : take(asked);
                for (var channel : group) {
                    end(channel, (String) message.get("reason"), false);
                }
            }
            case "not_subscribed" -> {
                if (live.containsAll(Json.list(message.get("asked")))) {
                    throw new AssertionError("refused " + message);
                }
            }
            case "unavailable", "rate" -> throw new Session.Over(code);
            default -> throw new AssertionError("refused " + message);
        }
    }

    private void end(String channel, String reason, boolean pushed) {
        var following = client.followings.remove(channel);
        if (following == null) {
            throw new AssertionError("reset of a channel that is not followed: " + channel);
        }
        if (pushed
                && !live.contains(channel)
                && unanswered.values().stream().noneMatch(it -> it.contains(channel))) {
            throw new AssertionError(
                    "reset of a channel that this connection does not follow: " + channel);
        }
        following.ended = reason;
        client.past.add(following);
        live.remove(channel);
        unanswered.values().forEach(group -> group.remove(channel));
    }
}
