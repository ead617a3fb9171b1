package io.carillon.module.approvals;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// The rules: who may ask, edit, decide and withdraw, and when.
///
/// Whoever asked may edit and withdraw while nobody has decided, and so may who may decide; whoever
/// asked does not decide. Blocks.
@Singleton
final class Approvals {
    private static final String PENDING = "pending";

    private final Store store;
    private final ApprovalRows rows;
    private final ApprovalSettings settings;

    Approvals(Store store, ApprovalRows rows, ApprovalSettings settings) {
        this.store = store;
        this.rows = rows;
        this.settings = settings;
    }

    Reading<Page<Approval>> page(
            Principal who, @Nullable String status, @Nullable String after, int limit) {
        var before = PageToken.before(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), status, before, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<Approval> one(Principal who, long id) {
        return store.read(who, _ -> rows.one(who.tenant(), id).orElseThrow(Approvals::missing));
    }

    /// Inside a transaction of the writer.
    Approval create(Writer who, ApprovalController.Draft draft) {
        return rows.insert(
                tenant(who),
                draft.title().strip(),
                draft.details() == null ? "" : draft.details(),
                draft.kind() == null ? "general" : draft.kind(),
                who.actor(),
                draft.agentId(),
                draft.deciderRole(),
                end(draft.expiresAt(), draft.expiresIn()));
    }

    Approval edit(Principal user, Writer who, long id, int seen, ApprovalController.Edit edit) {
        return store.write(
                who,
                _ -> {
                    var row = locked(user, id);
                    mayChange(user, row);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    pending(row);
                    return inTime(
                            rows.edit(
                                    user.tenant(),
                                    id,
                                    edit.title() == null ? null : edit.title().strip(),
                                    edit.details(),
                                    end(edit.expiresAt(), edit.expiresIn())));
                });
    }

    /// @param status `approved` or `rejected`
    Approval decide(Principal user, Writer who, long id, String status, @Nullable String comment) {
        return store.write(
                who,
                _ -> {
                    var row = locked(user, id);
                    if (row.requestedBy().equals(user.user())) {
                        throw Refused.forbidden(
                                "approval_own", "whoever asked does not decide: ask somebody else");
                    }
                    if (!decides(user, row)) {
                        throw Refused.forbidden(
                                "approval_role",
                                "deciding this is not for your roles: it needs "
                                        + (row.deciderRole() == null
                                                ? "one of " + settings.deciders()
                                                : row.deciderRole()));
                    }
                    pending(row);
                    return inTime(rows.decide(user.tenant(), id, status, user.user(), comment));
                });
    }

    void withdraw(Principal user, Writer who, long id) {
        var unused =
                store.write(
                        who,
                        _ -> {
                            var row = locked(user, id);
                            mayChange(user, row);
                            pending(row);
                            if (rows.delete(user.tenant(), id) == 0) {
                                throw expired();
                            }
                            return id;
                        });
    }

    private Approval locked(Principal user, long id) {
        return rows.locked(user.tenant(), id).orElseThrow(Approvals::missing);
    }

    private void mayChange(Principal user, Approval row) {
        if (!row.requestedBy().equals(user.user()) && !decides(user, row)) {
            throw Refused.forbidden(
                    "approval_foreign", "only who asked, or who may decide, changes an approval");
        }
    }

    private boolean decides(Principal user, Approval row) {
        var only = row.deciderRole();
        return only == null
                ? user.roles().stream().anyMatch(settings.deciders()::contains)
                : user.roles().contains(only);
    }

    private static void pending(Approval row) {
        if (row.status().equals("expired")) {
            throw expired();
        }
        if (!row.status().equals(PENDING)) {
            throw Refused.conflict(
                    "approval_decided",
                    "it is " + row.status() + " already, by " + row.decidedBy());
        }
    }

    /// Its row is locked and said to be pending: only its time can be over.
    private static Approval inTime(@Nullable Approval changed) {
        if (changed == null) {
            throw expired();
        }
        return changed;
    }

    private static Refused expired() {
        return Refused.conflict("approval_expired", "its time is over: ask again");
    }

    private static Refused missing() {
        return Refused.missing("approval");
    }

    private static @Nullable Instant end(@Nullable Instant at, @Nullable Integer seconds) {
        return at != null || seconds == null ? at : Instant.now().plus(Duration.ofSeconds(seconds));
    }

    private static String tenant(Writer who) {
        return Objects.requireNonNull(who.tenant(), "a request's writer has a tenant");
    }
}
