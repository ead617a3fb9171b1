package io.carillon.module.chat;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.UUID;

/// The rules for messages: members read and write, authors edit and take back, owners take back. A
/// message with an id that was sent before is that message, or is refused. Blocks.
@Singleton
final class Messages {
    private final Store store;
    private final Members members;
    private final MemberRows people;
    private final MessageRows rows;

    Messages(Store store, Members members, MemberRows people, MessageRows rows) {
        this.store = store;
        this.members = members;
        this.people = people;
        this.rows = rows;
    }

    /// @param again whether it had been sent before
    record Sent(Message message, boolean again) {}

    /// Newest first.
    Reading<Page<Message>> page(Principal who, long id, @Nullable String after, int limit) {
        var before = (int) Math.min(Integer.MAX_VALUE, PageToken.before(after));
        return store.read(
                who,
                _ -> {
                    members.isMember(who, id);
                    return Page.of(
                            rows.page(who.tenant(), id, before, limit + 1),
                            limit,
                            row -> new PageToken(Integer.toString(row.position())));
                });
    }

    /// Oldest first: what came after a position.
    Reading<Page<Message>> since(
            Principal who, long id, @Nullable String after, int since, int limit) {
        var token = PageToken.decode(after, 1);
        var position =
                token == null ? since : (int) Math.min(Integer.MAX_VALUE, PageToken.before(after));
        return store.read(
                who,
                _ -> {
                    members.isMember(who, id);
                    return Page.of(
                            rows.since(who.tenant(), id, position, limit + 1),
                            limit,
                            row -> new PageToken(Integer.toString(row.position())));
                });
    }

    Reading<Message> one(Principal who, long id, String message) {
        return store.read(
                who,
                _ -> {
                    members.isMember(who, id);
                    return found(who, id, message);
                });
    }

    /// Inside a transaction of the writer.
    ///
    /// @param wanted the client's id; null for one made here
    Sent send(Principal who, long id, @Nullable String wanted, String text) {
        members.locked(who, id);
        var message = wanted == null ? UUID.randomUUID().toString() : wanted;
        var before = rows.sent(who.tenant(), id, message, who.user(), text);
        if (before != null) {
            if (before) {
                return new Sent(found(who, id, message), true);
            }
            throw taken();
        }
        var name = Members.shown(who);
        people.rename(who.tenant(), id, who.user(), name);
        var made = rows.insert(who.tenant(), id, message, who.user(), name, text);
        if (made == null) {
            throw taken();
        }
        return new Sent(made, false);
    }

    Message edit(Principal who, Writer writer, long id, String message, int version, String text) {
        return store.write(
                writer,
                _ -> {
                    members.locked(who, id);
                    var row = found(who, id, message);
                    if (!row.author().equals(who.user())) {
                        throw Refused.forbidden(
                                "message_foreign", "only its author edits a message");
                    }
                    if (row.version() != version) {
                        throw Refused.stale(row.version());
                    }
                    if (row.deletedAt() != null) {
                        throw Refused.conflict("message_deleted", "it was taken back");
                    }
                    return row.text().equals(text) ? row : rows.edit(who.tenant(), message, text);
                });
    }

    /// Taken back already is as good.
    void delete(Principal who, Writer writer, long id, String message) {
        var unused =
                store.write(
                        writer,
                        _ -> {
                            var conversation = members.locked(who, id);
                            if (!found(who, id, message).author().equals(who.user())
                                    && !conversation.owned()) {
                                throw Refused.forbidden(
                                        "message_foreign",
                                        "only its author, or an owner of the conversation, takes"
                                                + " a message back");
                            }
                            return rows.delete(who.tenant(), message);
                        });
    }

    private Message found(Principal who, long id, String message) {
        return rows.one(who.tenant(), id, message).orElseThrow(() -> Refused.missing("message"));
    }

    private static Refused taken() {
        return Refused.conflict(
                "message_differs", "another message has this id: take a new one for a new message");
    }
}
