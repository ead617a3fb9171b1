package io.carillon.module.notifications;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The rules: who may notify whom, what a user sees, what counts as read. Blocks.
@Singleton
final class Notifications {
    /// Where the badge stops counting.
    static final int BADGE = 10_000;

    /// How many are marked in one transaction.
    private static final int AT_A_TIME = 1_000;

    private final Store store;
    private final NotificationRows rows;
    private final NotificationSettings settings;

    Notifications(Store store, NotificationRows rows, NotificationSettings settings) {
        this.store = store;
        this.rows = rows;
        this.settings = settings;
    }

    Reading<Page<Notification>> page(
            Principal who, boolean unread, @Nullable String after, int limit) {
        var before = PageToken.before(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(
                                        who.tenant(),
                                        who.user(),
                                        roles(who),
                                        unread,
                                        before,
                                        limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<Integer> unread(Principal who) {
        return unread(who, BADGE);
    }

    private Reading<Integer> unread(Principal who, int most) {
        return store.read(who, _ -> rows.unread(who.tenant(), who.user(), roles(who), most));
    }

    /// Inside a transaction of the writer.
    Notification send(Principal who, NotificationController.Draft draft) {
        var target = draft.audience().equals("tenant") ? null : draft.target();
        if ((target == null) != draft.audience().equals("tenant")) {
            throw Refused.bad("notification_target", "say which user or which role: target");
        }
        var oneself = draft.audience().equals("user") && who.user().equals(target);
        if (!oneself && who.roles().stream().noneMatch(settings.senders()::contains)) {
            throw Refused.forbidden(
                    "notification_sender",
                    "notifying others needs one of the roles " + settings.senders());
        }
        return rows.insert(
                who.tenant(),
                draft.audience(),
                target,
                draft.title().strip(),
                draft.body() == null ? "" : draft.body(),
                draft.kind() == null ? "general" : draft.kind(),
                draft.link(),
                who.user());
    }

    /// @return how many were marked by this request
    int readOne(Principal user, Writer who, long id) {
        return store.write(
                who,
                _ -> {
                    if (rows.one(user.tenant(), user.user(), roles(user), id).isEmpty()) {
                        throw Refused.missing("notification");
                    }
                    return rows.read(user.tenant(), user.user(), roles(user), id, 1);
                });
    }

    /// A thousand per transaction: each is visible on the other devices when it is done. What
    /// another device marks meanwhile is not marked here, so only that nothing is unread ends it.
    ///
    /// @return how many were marked by this request
    int readAll(Principal user, Writer who) {
        var marked = 0;
        while (unread(user, 1).value() > 0) {
            marked +=
                    store.write(
                            who,
                            _ ->
                                    rows.read(
                                            user.tenant(),
                                            user.user(),
                                            roles(user),
                                            null,
                                            AT_A_TIME));
        }
        return marked;
    }

    /// With a role that nobody has, for those who have none.
    private static List<String> roles(Principal who) {
        var roles = new ArrayList<>(who.roles());
        roles.add("");
        return roles;
    }
}
