package io.carillon.transport.queue;

import io.carillon.auth.Admission;
import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

/// What this transport asks the queue itself; module `tickets` implements it. Every method blocks
/// on Postgres: virtual threads only. Safe for all threads.
public interface FrontDesk {
    /// The channel that everybody here follows.
    String CHANNEL = "queue";

    /// The channel that operators follow too; who may, is an operator.
    String DESK_CHANNEL = "queue.desk";

    /// Who the screen is.
    ///
    /// @param tenant as the screen says; the key's must be the same
    /// @param type totem or display; the key's must be the same
    /// @param deviceKey what it was given when it was paired; null for a screen without one, which
    ///     is let in where the tenant has switched public screens on
    /// @return a principal of the tenant without roles, or why not
    Admission screen(String tenant, ClientType type, @Nullable String deviceKey);

    /// @param tenant whose
    /// @return the whole queue now
    Picture picture(String tenant);

    /// A totem takes a ticket.
    ///
    /// @param who an admitted totem
    /// @param wish for what
    /// @return the ticket, or why not
    Taken take(Principal who, Wish wish);

    /// @param service an id
    /// @param key makes a retry safe: the same again gives the same ticket; null for without
    /// @param customer a name for the operator, or null
    record Wish(String service, @Nullable String key, @Nullable String customer) {}

    /// What became of a wish.
    sealed interface Taken {
        /// @param json the ticket and its place
        record Ticket(String json) implements Taken {}

        /// @param code why not
        /// @param detail what to do, for people
        record Refused(String code, String detail) implements Taken {}
    }
}
