package io.carillon.module.chat;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;
import io.micronaut.http.HttpStatus;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The rules for members: owners add, remove and promote; everybody may leave; a conversation whose
/// last owner leaves is led by whoever is there longest. Blocks.
@Singleton
final class Members {
    /// Part of a channel's name, in bytes.
    private static final int LONGEST_USER = 180;

    private static final int LONGEST_NAME = 200;

    private final Store store;
    private final ConversationRows conversations;
    private final MemberRows rows;
    private final ChatSettings settings;

    Members(Store store, ConversationRows conversations, MemberRows rows, ChatSettings settings) {
        this.store = store;
        this.conversations = conversations;
        this.rows = rows;
        this.settings = settings;
    }

    Reading<Page<Member>> page(Principal who, long id, @Nullable String after, int limit) {
        var token = PageToken.decode(after, 1);
        var from = token == null ? "" : token.values().getFirst();
        return store.read(
                who,
                _ -> {
                    isMember(who, id);
                    return Page.of(
                            rows.page(who.tenant(), id, from, limit + 1),
                            limit,
                            row -> new PageToken(row.userId()));
                });
    }

    /// Inside the transaction that makes the conversation.
    void begin(Principal who, long id, @Nullable List<MemberController.Draft> others) {
        rows.insert(who.tenant(), id, who.user(), shown(who), Member.OWNER);
        for (var other : others == null ? List.<MemberController.Draft>of() : others) {
            if (!other.user().equals(who.user())) {
                insert(who, id, other);
            }
        }
    }

    /// Inside a transaction of the writer.
    Member add(Principal who, long id, MemberController.Draft draft) {
        owns(locked(who, id));
        if (insert(who, id, draft) == 0) {
            throw Refused.conflict("member_exists", draft.user() + " is in it already");
        }
        return one(who, id, draft.user());
    }

    private long insert(Principal who, long id, MemberController.Draft draft) {
        var user = draft.user();
        if (user.getBytes(StandardCharsets.UTF_8).length > LONGEST_USER) {
            throw Refused.bad("member_user", "a user's id has at most 180 bytes");
        }
        if (rows.count(who.tenant(), id) >= settings.members()) {
            throw new Refused(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "members_full",
                    "a conversation has at most " + settings.members() + " members");
        }
        var name = draft.name() == null ? rows.knownAs(who.tenant(), user) : draft.name().strip();
        return rows.insert(
                who.tenant(),
                id,
                user,
                name == null ? user : name,
                Objects.requireNonNullElse(draft.role(), Member.MEMBER));
    }

    Member promote(Principal who, Writer writer, long id, String user, String role) {
        return store.write(
                writer,
                _ -> {
                    owns(locked(who, id));
                    one(who, id, user);
                    rows.promote(who.tenant(), id, user, role);
                    rows.inherit(who.tenant(), id);
                    return one(who, id, user);
                });
    }

    /// An owner removes anybody, everybody removes oneself.
    void remove(Principal who, Writer writer, long id, String user) {
        var unused =
                store.write(
                        writer,
                        _ -> {
                            var row = locked(who, id);
                            if (!user.equals(who.user())) {
                                owns(row);
                            }
                            one(who, id, user);
                            rows.delete(who.tenant(), id, user);
                            return rows.inherit(who.tenant(), id);
                        });
    }

    /// Locks the conversation until the transaction is over.
    ///
    /// @return as the member sees it
    /// @throws Refused 404: not there, or not for this user
    Conversation locked(Principal who, long id) {
        if (conversations.lock(who.tenant(), id) == null) {
            throw missing();
        }
        return isMember(who, id);
    }

    /// @throws Refused 404
    Conversation isMember(Principal who, long id) {
        return conversations.one(who.tenant(), who.user(), id).orElseThrow(Members::missing);
    }

    /// @throws Refused 403
    void owns(Conversation row) {
        if (!row.owned()) {
            throw Refused.forbidden("conversation_owner", "only its owners may do that");
        }
    }

    /// @return what the user is called, short enough to be kept
    static String shown(Principal who) {
        var name = who.name().strip();
        if (name.isEmpty()) {
            return who.user();
        }
        return name.length() <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME / 2));
    }

    static Refused missing() {
        return Refused.missing("conversation");
    }

    private Member one(Principal who, long id, String user) {
        return rows.one(who.tenant(), id, user).orElseThrow(() -> Refused.missing("member"));
    }
}
