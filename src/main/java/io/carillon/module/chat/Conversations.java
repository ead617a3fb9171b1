package io.carillon.module.chat;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Eras;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

/// The rules for conversations: members see them, owners name and delete them. Who is no member is
/// told that there is none. Blocks.
@Singleton
final class Conversations {
    private final Store store;
    private final ConversationRows rows;
    private final Members members;

    Conversations(Store store, ConversationRows rows, Members members) {
        this.store = store;
        this.rows = rows;
        this.members = members;
    }

    Reading<Page<Conversation>> page(Principal who, @Nullable String after, int limit) {
        var token = PageToken.decode(after, 2);
        var before = token == null ? null : moment(token);
        var than = token == null ? 0 : PageToken.before(last(token));
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), who.user(), before, than, limit + 1),
                                limit,
                                row -> new PageToken(row.activeAt(), row.id())));
    }

    private static String moment(PageToken token) {
        try {
            var moment = OffsetDateTime.parse(token.values().getFirst());
            if (Eras.hold(moment.toInstant())) {
                return moment.toString();
            }
        } catch (DateTimeException foreign) {
            // Told below.
        }
        throw Refused.bad("page_token", "after is the next of the page before");
    }

    private static String last(PageToken token) {
        return new PageToken(token.values().getLast()).encode();
    }

    Reading<Conversation> one(Principal who, long id) {
        return store.read(who, _ -> seen(who, id));
    }

    Reading<Long> unread(Principal who) {
        return store.read(who, _ -> rows.unread(who.tenant(), who.user()));
    }

    /// Inside a transaction of the writer.
    Conversation create(Principal who, ConversationController.Draft draft) {
        var id = Long.parseLong(rows.insert(who.tenant(), draft.title().strip(), who.user()));
        members.begin(who, id, draft.members());
        return seen(who, id);
    }

    /// @param version that was seen; null when it does not matter
    Conversation rename(
            Principal who, Writer writer, long id, @Nullable Integer version, String title) {
        return store.write(
                writer,
                _ -> {
                    var row = members.locked(who, id);
                    if (version != null && row.version() != version) {
                        throw Refused.stale(row.version());
                    }
                    members.owns(row);
                    rows.rename(who.tenant(), id, title.strip());
                    return seen(who, id);
                });
    }

    void delete(Principal who, Writer writer, long id) {
        var unused =
                store.write(
                        writer,
                        _ -> {
                            members.owns(members.locked(who, id));
                            return rows.delete(who.tenant(), id);
                        });
    }

    private Conversation seen(Principal who, long id) {
        return rows.one(who.tenant(), who.user(), id).orElseThrow(Members::missing);
    }
}
