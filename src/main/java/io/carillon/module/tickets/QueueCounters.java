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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/// The rules of counters: administrators make and delete them, operators sit down at them. Blocks.
@Singleton
final class QueueCounters {
    private final Store store;
    private final CounterRows rows;
    private final QueueTicketRows tickets;
    private final Desk desk;

    QueueCounters(Store store, CounterRows rows, QueueTicketRows tickets, Desk desk) {
        this.store = store;
        this.rows = rows;
        this.tickets = tickets;
        this.desk = desk;
    }

    Reading<Page<QueueCounter>> page(Principal who, @Nullable String after, int limit) {
        desk.operator(who);
        var from = Numbers.after(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), from, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<QueueCounter> one(Principal who, long id) {
        desk.operator(who);
        return store.read(who, _ -> rows.one(who.tenant(), id).orElseThrow(QueueCounters::missing));
    }

    void mayCreate(Principal user) {
        desk.administrator(user);
    }

    /// Inside a transaction of the writer.
    QueueCounter create(Writer who, CounterController.Draft draft) {
        var tenant = Objects.requireNonNull(who.tenant());
        return rows.insert(
                tenant,
                draft.name().strip(),
                services(tenant, draft.serviceIds() == null ? List.of() : draft.serviceIds()),
                orNobody(draft.operator()),
                draft.status() == null ? "open" : draft.status());
    }

    QueueCounter edit(Principal user, Writer who, long id, int seen, CounterController.Edit edit) {
        desk.operator(user);
        return store.write(
                who,
                _ -> {
                    var row = rows.locked(user.tenant(), id).orElseThrow(QueueCounters::missing);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    return rows.edit(
                            user.tenant(),
                            id,
                            edit.name() == null ? row.name() : edit.name().strip(),
                            edit.serviceIds() == null
                                    ? array(row.serviceIds())
                                    : services(user.tenant(), edit.serviceIds()),
                            edit.operator() == null ? row.operator() : orNobody(edit.operator()),
                            edit.status() == null ? row.status() : edit.status());
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
                            if (tickets.busy(user.tenant(), id)) {
                                throw busy();
                            }
                            if (tickets.served(user.tenant(), id)) {
                                throw Refused.conflict(
                                        "counter_used",
                                        "tickets were called to it: close it instead");
                            }
                            return rows.delete(user.tenant(), id);
                        });
    }

    /// Calls whoever is next among the counter's services. One after the other at one counter, so
    /// that somebody who presses twice calls one; counters do not wait for each other.
    QueueTicket callNext(Principal user, Writer who, long id) {
        desk.operator(user);
        return store.write(
                who,
                _ -> {
                    var row = rows.locked(user.tenant(), id).orElseThrow(QueueCounters::missing);
                    if (!row.status().equals("open")) {
                        throw Refused.conflict("counter_closed", "open the counter first");
                    }
                    if (row.operator() != null && !row.operator().equals(user.user())) {
                        throw Refused.conflict(
                                "counter_taken", "somebody else sits there: " + row.operator());
                    }
                    if (tickets.busy(user.tenant(), id)) {
                        throw busy();
                    }
                    var next =
                            tickets.callNext(
                                    user.tenant(), array(row.serviceIds()), id, user.user());
                    if (next == null) {
                        throw Refused.conflict("queue_empty", "nobody waits for this counter");
                    }
                    return next;
                });
    }

    private String services(String tenant, List<String> ids) {
        var distinct = List.copyOf(new LinkedHashSet<>(ids));
        distinct.forEach(one -> Numbers.id(one, "queue_service"));
        var array = array(distinct);
        if (rows.services(tenant, array) != distinct.size()) {
            throw QueueServices.missing();
        }
        return array;
    }

    private static String array(List<String> ids) {
        return "{" + String.join(",", ids) + "}";
    }

    private static @Nullable String orNobody(@Nullable String operator) {
        return operator == null || operator.isBlank() ? null : operator;
    }

    private static Refused busy() {
        return Refused.conflict(
                "counter_busy", "somebody is called or served here: finish, or mark a no-show");
    }

    static Refused missing() {
        return Refused.missing("queue_counter");
    }
}
