package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;
import io.carillon.transport.queue.ClientType;
import io.micronaut.http.HttpStatus;
import io.micronaut.serde.annotation.Serdeable;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.LongFunction;

/// The rules of tickets: everybody of the tenant and its totems take them, operators do the rest;
/// whoever took one may cancel it. States change by conditional updates, so of two who press at
/// once one is told 409 `ticket_state`. Blocks.
@Singleton
final class QueueTickets {
    private final Store store;
    private final QueueTicketRows rows;
    private final ServiceRows services;
    private final SnapshotReader snapshots;
    private final Desk desk;
    private final TicketSettings settings;

    QueueTickets(
            Store store,
            QueueTicketRows rows,
            ServiceRows services,
            SnapshotReader snapshots,
            Desk desk,
            TicketSettings settings) {
        this.store = store;
        this.rows = rows;
        this.services = services;
        this.snapshots = snapshots;
        this.desk = desk;
        this.settings = settings;
    }

    /// Where a ticket stands.
    ///
    /// @param position 1 is next; 0 when it does not wait
    /// @param waitSeconds estimated; 0 when it does not wait
    @Serdeable
    record Place(
            String id,
            String code,
            String status,
            int position,
            @JsonProperty("wait_seconds") long waitSeconds,
            @JsonProperty("counter_id") @Nullable String counterId) {}

    Reading<Page<QueueTicket>> page(
            Principal who,
            @Nullable String status,
            @Nullable Long service,
            @Nullable String after,
            int limit) {
        var whole = desk.operates(who);
        var before = PageToken.before(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), status, service, before, limit + 1).stream()
                                        .map(row -> whole ? row : row.shown())
                                        .toList(),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<QueueTicket> one(Caller who, long id) {
        var whole = who instanceof Caller.Person(var user) && desk.operates(user);
        return store.read(
                who.principal(),
                _ -> {
                    var row = row(who.principal(), id);
                    return whole ? row : row.shown();
                });
    }

    Reading<Place> place(Caller who, long id) {
        return store.read(who.principal(), connection -> place(connection, who.principal(), id));
    }

    /// Within a transaction.
    Place place(java.sql.Connection connection, Principal who, long id)
            throws java.sql.SQLException {
        var row = row(who, id);
        var position = snapshots.position(connection, who.tenant(), id);
        var wait = 0L;
        if (position > 0) {
            for (var service : snapshots.services(connection, who.tenant())) {
                if (service.id().equals(row.serviceId())) {
                    wait =
                            QueueSnapshot.wait(
                                    position,
                                    service.busy(),
                                    service.counters(),
                                    service.handlingSeconds());
                }
            }
        }
        return new Place(row.id(), row.code(), row.status(), position, wait, row.counterId());
    }

    /// May this caller take such a ticket at all? Before the transaction.
    void mayTake(Caller who, int priority) {
        switch (who) {
            case Caller.Person(var user) -> {
                if (priority > 0) {
                    desk.operator(user);
                }
            }
            case Caller.Screen(_, var kind) -> {
                if (ClientType.DISPLAY.word().equals(kind)) {
                    throw Refused.forbidden(
                            "queue_totem", "of the screens only totems take tickets");
                }
                if (priority > 0) {
                    throw Refused.forbidden("queue_operator", "screens give no priority");
                }
            }
        }
    }

    /// Inside a transaction of the writer: refused, it gives its number back.
    QueueTicket take(Caller caller, long service, int priority, @Nullable String customer) {
        var who = caller.principal();
        var of = services.one(who.tenant(), service).orElseThrow(QueueServices::missing);
        if (!of.status().equals("open")) {
            throw Refused.conflict("service_closed", of.name() + " is closed: no tickets now");
        }
        var name = customer == null || customer.isBlank() ? null : customer.strip();
        var taken = rows.take(who.tenant(), service, priority, name, who.user());
        // Behind the wait for the number, so that takes of one service count each other.
        if (caller instanceof Caller.Screen
                && rows.takenLately(who.tenant(), who.user()) > settings.takesPerMinute()) {
            throw new Refused(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "rate",
                    "this screen takes too many tickets: wait a little");
        }
        return caller instanceof Caller.Screen ? taken.shown() : taken;
    }

    QueueTicket recall(Principal user, Writer who, long id) {
        return step(user, who, id, ticket -> rows.recall(user.tenant(), ticket));
    }

    QueueTicket start(Principal user, Writer who, long id) {
        return step(user, who, id, ticket -> rows.start(user.tenant(), ticket));
    }

    QueueTicket finish(Principal user, Writer who, long id) {
        return step(user, who, id, ticket -> rows.finish(user.tenant(), ticket));
    }

    QueueTicket noShow(Principal user, Writer who, long id) {
        return step(user, who, id, ticket -> rows.noShow(user.tenant(), ticket));
    }

    /// Also whoever took it.
    QueueTicket cancel(Principal user, Writer who, long id) {
        var operates = desk.operates(user);
        return store.write(
                who,
                _ -> {
                    var row = row(user, id);
                    if (!operates && !Objects.equals(row.takenBy(), user.user())) {
                        throw Refused.forbidden(
                                "ticket_foreign", "only operators, or who took it, cancel it");
                    }
                    return changed(user, id, rows.cancel(user.tenant(), id));
                });
    }

    QueueTicket transfer(
            Principal user, Writer who, long id, long service, @Nullable Integer priority) {
        desk.operator(user);
        return store.write(
                who,
                _ -> {
                    var to = services.one(user.tenant(), service);
                    if (!to.orElseThrow(QueueServices::missing).status().equals("open")) {
                        throw Refused.conflict("service_closed", "that service is closed");
                    }
                    return changed(user, id, rows.transfer(user.tenant(), id, service, priority));
                });
    }

    private QueueTicket step(
            Principal user, Writer who, long id, LongFunction<@Nullable QueueTicket> update) {
        desk.operator(user);
        return store.write(who, _ -> changed(user, id, update.apply(id)));
    }

    private QueueTicket changed(Principal who, long id, @Nullable QueueTicket after) {
        if (after == null) {
            throw Refused.conflict("ticket_state", "it is " + row(who, id).status() + " now");
        }
        return after;
    }

    private QueueTicket row(Principal who, long id) {
        return rows.one(who.tenant(), id).orElseThrow(() -> Refused.missing("queue_ticket"));
    }
}
