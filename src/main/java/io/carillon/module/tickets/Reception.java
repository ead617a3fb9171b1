package io.carillon.module.tickets;

import io.carillon.auth.Admission;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Creations;
import io.carillon.module.Refused;
import io.carillon.module.Store;
import io.carillon.transport.queue.ClientType;
import io.carillon.transport.queue.FrontDesk;
import io.carillon.transport.queue.Picture;
import io.micronaut.json.JsonMapper;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;

/// What `/ws` asks of the queue. Blocks.
@Singleton
final class Reception implements FrontDesk {
    private static final int TAG_BYTES = 12;

    private final Screens screens;
    private final SnapshotReader snapshots;
    private final QueueTickets tickets;
    private final Store store;
    private final Creations creations;
    private final JsonMapper json;

    Reception(
            Screens screens,
            SnapshotReader snapshots,
            QueueTickets tickets,
            Store store,
            Creations creations,
            JsonMapper json) {
        this.screens = screens;
        this.snapshots = snapshots;
        this.tickets = tickets;
        this.store = store;
        this.creations = creations;
        this.json = json;
    }

    @Override
    public Admission screen(String tenant, ClientType type, @Nullable String deviceKey) {
        return deviceKey == null
                ? screens.withoutKey(tenant)
                : screens.known(tenant, type, deviceKey).admission();
    }

    @Override
    public Picture picture(String tenant) {
        var at = Instant.now();
        var reading = snapshots.read(tenant);
        var shown = text(reading.value().shown());
        var tag = HexFormat.of().formatHex(Secrets.hash(shown), 0, TAG_BYTES);
        return new Picture(reading.cursor(), tag, shown, text(reading.value()), at);
    }

    @Override
    public Taken take(Principal who, Wish wish) {
        try {
            var service = Numbers.id(wish.service(), "queue_service");
            var caller = new Caller.Screen(who, ClientType.TOTEM.word());
            var writer = Writer.of(who);
            var ticket =
                    creations.once(
                            new Creations.Retried(wish.key(), "take", said(wish)),
                            writer,
                            QueueTicket.class,
                            _ -> tickets.take(caller, service, 0, wish.customer()));
            var place = tickets.place(caller, Long.parseLong(ticket.id())).value();
            return new Taken.Ticket(
                    "{\"ticket\":" + text(ticket) + ",\"place\":" + text(place) + "}");
        } catch (Refused refused) {
            return new Taken.Refused(
                    refused.code(), Objects.requireNonNullElse(refused.getMessage(), ""));
        }
    }

    private static String said(Wish wish) {
        return wish.service() + '\n' + wish.customer();
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
