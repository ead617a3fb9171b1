package io.carillon.transport.queue;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.Refusal;
import io.carillon.auth.Tickets;
import io.carillon.auth.Tokens;

import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.Instant;

/// Who may in: judges what a client brought. The tenant is the token's or the device key's, and the
/// address must name the same; only of screens without a key the address is believed, where that
/// tenant has said so. Blocks; safe for all threads.
@Singleton
final class Entrance {
    private final Tokens tokens;
    private final Tickets tickets;
    private final ChannelRules rules;
    private final FrontDesk desk;
    private final Duration tokenLife;

    Entrance(
            Tokens tokens,
            Tickets tickets,
            ChannelRules rules,
            FrontDesk desk,
            QueueSettings settings) {
        this.tokens = tokens;
        this.tickets = tickets;
        this.rules = rules;
        this.desk = desk;
        this.tokenLife = settings.tokenLife();
    }

    /// @param tenant of the address
    /// @param type of the address
    /// @param brought by the client
    /// @return who it is, or why it may not in
    Admission judge(String tenant, ClientType type, Credential brought) {
        return switch (brought) {
            case Credential.Token(var text) -> person(tenant, type, tokens.principal(text));
            case Credential.AddressToken(var text) ->
                    shortLived(person(tenant, type, tokens.principal(text)));
            case Credential.Ticket(var text) ->
                    person(tenant, type, tickets.redeem(text, Tickets.Kind.ONCE));
            case Credential.Key(var text) ->
                    type.screen()
                            ? desk.screen(tenant, type, text)
                            : refused(
                                    Refusal.TOKEN_MISSING,
                                    "a device key is for totems and displays: send a token");
            case Credential.Nothing() -> desk.screen(tenant, type, null);
        };
    }

    private Admission person(String tenant, ClientType type, Admission admission) {
        if (!(admission instanceof Admission.Valid(var who))) {
            return admission;
        }
        if (!who.tenant().equals(tenant)) {
            return refused(Refusal.TENANT_FOREIGN, "the token is another tenant's");
        }
        return type == ClientType.OPERATOR
                        && rules.subscribe(who, FrontDesk.DESK_CHANNEL)
                                instanceof Access.Forbidden(var code, var ignored)
                ? refused(code, "not an operator: the channel queue.desk is not for this user")
                : admission;
    }

    private Admission shortLived(Admission admission) {
        if (!(admission instanceof Admission.Valid(var who))) {
            return admission;
        }
        var issued = who.issuedAt() == null ? Instant.now() : who.issuedAt();
        return Duration.between(issued, who.expiresAt()).compareTo(tokenLife) > 0
                ? refused(
                        Refusal.TOKEN_LONG_LIVED,
                        "a token in the address may live for "
                                + tokenLife.toSeconds()
                                + " s: send this one in the first message, or ask for a ticket")
                : admission;
    }

    private static Admission refused(Refusal code, String message) {
        return new Admission.Refused(code, message);
    }
}
