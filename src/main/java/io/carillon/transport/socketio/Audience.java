package io.carillon.transport.socketio;

import static io.carillon.wire.socketio.PacketEncoder.quote;

import io.carillon.presence.Change;
import io.carillon.presence.Member;
import io.carillon.presence.Update;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one client has been told of who is there, in the words of the chat's document:
/// `user:online` and `user:offline`.
///
/// A list of all is told as what is new and what is gone since. Where there are too many to name,
/// nobody is told of. Confined to the session's loop; bounded by `carillon.presence.names`.
final class Audience {
    private final Map<String, Member> there = new HashMap<>();

    /// @param event its name
    /// @param json its argument
    record Word(String event, String json) {}

    /// @param update of the tenant's presence
    /// @return what the client is told
    List<Word> told(Update update) {
        var words = new ArrayList<Word>();
        switch (update) {
            case Update.Everybody everybody -> {
                var gone = new HashMap<>(there);
                for (var member : everybody.members()) {
                    gone.remove(member.user());
                    if (!member.equals(there.put(member.user(), member))) {
                        words.add(online(member));
                    }
                }
                for (var member : gone.values()) {
                    there.remove(member.user());
                    words.add(offline(member));
                }
            }
            case Update.Changed changed -> {
                for (var change : changed.changes()) {
                    words.add(word(change));
                }
            }
            case Update.Count ignored -> there.clear();
        }
        return words;
    }

    private Word word(Change change) {
        var member = change.member();
        return switch (change.kind()) {
            case JOIN, STATE -> {
                there.put(member.user(), member);
                yield online(member);
            }
            case LEAVE -> {
                there.remove(member.user());
                yield offline(member);
            }
        };
    }

    private static Word online(Member member) {
        return new Word(
                "user:online",
                "{\"userId\":%s,\"userName\":%s,\"status\":%s}"
                        .formatted(
                                quote(member.user()),
                                quote(member.name()),
                                quote(member.state().word())));
    }

    private static Word offline(Member member) {
        return new Word(
                "user:offline",
                "{\"userId\":%s,\"userName\":%s}"
                        .formatted(quote(member.user()), quote(member.name())));
    }
}
