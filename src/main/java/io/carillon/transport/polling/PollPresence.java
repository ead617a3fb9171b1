package io.carillon.transport.polling;

import io.carillon.presence.Update;
import io.netty.buffer.ByteBuf;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What a poll that asks for presence knows of it.
///
/// The client comes with the tag of what it was told last. When all channels have been heard of and
/// the tag is the same still, the poll waits for changes; else it answers with whole lists.
/// Confined to the lane's thread.
final class PollPresence {
    private final String known;
    private final int channels;
    private final TreeMap<String, String> tags = new TreeMap<>();
    private final List<ByteBuf> held = new ArrayList<>();
    private boolean settled;

    /// @param known the tag that the client came with, or any text
    /// @param channels how many are asked for
    PollPresence(String known, int channels) {
        this.known = known.matches("[0-9a-f]{1,16}") ? known : "";
        this.channels = channels;
    }

    /// @return whether it is known of all channels who is there
    boolean settled() {
        return settled;
    }

    /// @param update of one channel
    /// @param message the same, encoded; taken over
    /// @return what is to be told
    List<ByteBuf> take(Update update, ByteBuf message) {
        tags.put(update.channel(), update.tag());
        if (settled) {
            return List.of(message);
        }
        held.add(message);
        if (tags.size() < channels) {
            return List.of();
        }
        settled = true;
        if (tag().equals(known)) {
            forget();
            return List.of();
        }
        var told = List.copyOf(held);
        held.clear();
        return told;
    }

    /// @return what the client comes back with
    String tag() {
        if (!settled) {
            return known;
        }
        var hash = 1_125_899_906_842_597L;
        for (var entry : tags.entrySet()) {
            hash = 31 * hash + entry.getKey().hashCode();
            hash = 31 * hash + entry.getValue().hashCode();
        }
        return Long.toHexString(hash);
    }

    void forget() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
