package io.carillon.module.tickets;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// The rules of services: administrators make and delete them, operators open and close them.
/// Blocks.
@Singleton
final class QueueServices {
    private final Store store;
    private final ServiceRows rows;
    private final Desk desk;

    QueueServices(Store store, ServiceRows rows, Desk desk) {
        this.store = store;
        this.rows = rows;
        this.desk = desk;
    }

    Reading<Page<QueueService>> page(Principal who, @Nullable String after, int limit) {
        var from = Numbers.after(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), from, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<QueueService> one(Principal who, long id) {
        return store.read(who, _ -> rows.one(who.tenant(), id).orElseThrow(QueueServices::missing));
    }

    void mayCreate(Principal user) {
        desk.administrator(user);
    }

    /// Inside a transaction of the writer.
    QueueService create(Writer who, ServiceController.Draft draft) {
        return rows.insert(
                Objects.requireNonNull(who.tenant()),
                draft.name().strip(),
                draft.prefix(),
                draft.status() == null ? "open" : draft.status(),
                draft.handlingSeconds() == null ? 300 : draft.handlingSeconds());
    }

    QueueService edit(Principal user, Writer who, long id, int seen, ServiceController.Edit edit) {
        if (edit.onlyStatus()) {
            desk.operator(user);
        } else {
            desk.administrator(user);
        }
        return store.write(
                who,
                _ -> {
                    var row = rows.locked(user.tenant(), id).orElseThrow(QueueServices::missing);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    return rows.edit(
                            user.tenant(),
                            id,
                            edit.name() == null ? null : edit.name().strip(),
                            edit.prefix(),
                            edit.status(),
                            edit.handlingSeconds());
                });
    }

    void delete(Principal user, Writer who, long id) {
        desk.administrator(user);
        var unused =
                store.write(
                        who,
                        _ -> {
                            if (rows.locked(user.tenant(), id).isEmpty()) {
                                throw missing();
                            }
                            if (rows.used(user.tenant(), id)) {
                                throw Refused.conflict(
                                        "service_used",
                                        "counters or tickets name it: take it out of its counters,"
                                                + " or close it");
                            }
                            return rows.delete(user.tenant(), id);
                        });
    }

    static Refused missing() {
        return Refused.missing("queue_service");
    }
}
