package io.carillon.module.tickets;

import io.carillon.auth.Access;
import io.carillon.auth.AuthSettings;
import io.carillon.auth.ChannelRules;
import io.carillon.identity.Principal;
import io.carillon.module.Refused;
import io.micronaut.http.HttpStatus;

import jakarta.inject.Singleton;

/// Who works the queue, and who arranges it.
///
/// Whoever may follow `queue.desk` works it: the channel's rule says so, in one place for events
/// and for REST. Whoever has the administrators' role (`carillon.auth.admin-role`) arranges
/// services, counters and screens. May block on Postgres; not to be called within a transaction.
@Singleton
final class Desk {
    /// The channel of the rows.
    static final String CHANNEL = "queue.desk";

    private final ChannelRules rules;
    private final String adminRole;

    Desk(ChannelRules rules, AuthSettings settings) {
        this.rules = rules;
        this.adminRole = settings.adminRole();
    }

    boolean operates(Principal who) {
        return switch (rules.subscribe(who, CHANNEL)) {
            case Access.Allowed() -> true;
            case Access.Forbidden(var code, var message) -> {
                if (code.retry()) {
                    throw new Refused(HttpStatus.SERVICE_UNAVAILABLE, code.code(), message);
                }
                yield false;
            }
        };
    }

    void operator(Principal who) {
        if (!operates(who)) {
            throw Refused.forbidden(
                    "queue_operator",
                    "working the queue is for whoever may follow the channel " + CHANNEL);
        }
    }

    void administrator(Principal who) {
        if (!who.roles().contains(adminRole)) {
            throw Refused.forbidden(
                    "queue_administrator", "arranging the queue needs the role " + adminRole);
        }
    }
}
