package io.carillon.module.chat;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// How far a member has come, on all devices, and whether the member is writing. Positions only go
/// forward, and not beyond the newest message. Blocks.
@Singleton
final class Receipts {
    private final Store store;
    private final ConversationRows conversations;
    private final MemberRows rows;
    private final Members members;
    private final int typing;

    Receipts(
            Store store,
            ConversationRows conversations,
            MemberRows rows,
            Members members,
            ChatSettings settings) {
        this.store = store;
        this.conversations = conversations;
        this.rows = rows;
        this.members = members;
        this.typing = (int) settings.typing().toMillis();
    }

    /// @param position null for all there is
    Conversation read(Principal who, Writer writer, long id, @Nullable Integer position) {
        return store.write(
                writer,
                _ -> {
                    rows.read(who.tenant(), id, who.user(), upTo(who, id, position));
                    return members.isMember(who, id);
                });
    }

    /// @param position null for all there is
    Conversation delivered(Principal who, Writer writer, long id, @Nullable Integer position) {
        return store.write(
                writer,
                _ -> {
                    rows.delivered(who.tenant(), id, who.user(), upTo(who, id, position));
                    return members.isMember(who, id);
                });
    }

    /// Everything, in all conversations: for a device that comes back.
    ///
    /// @return in how many there was something
    long deliveredAll(Principal who, Writer writer) {
        return store.write(
                writer,
                _ -> {
                    conversations.lockUndelivered(who.tenant(), who.user());
                    return rows.deliveredAll(who.tenant(), who.user());
                });
    }

    void typing(Principal who, Writer writer, long id, boolean on) {
        var unused =
                store.write(
                        writer,
                        _ -> {
                            members.isMember(who, id);
                            return on
                                    ? rows.startTyping(who.tenant(), id, who.user(), typing)
                                    : rows.stopTyping(who.tenant(), id, who.user());
                        });
    }

    /// Whoever moves a receipt holds the conversation: see the package.
    private int upTo(Principal who, long id, @Nullable Integer position) {
        var newest = conversations.lock(who.tenant(), id);
        members.isMember(who, id);
        if (newest == null) {
            throw Members.missing();
        }
        return position == null ? newest : Math.min(position, newest);
    }
}
