package io.carillon.transport.socketio;

import io.carillon.auth.Access;
import io.carillon.auth.Admission;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.Refusal;
import io.carillon.auth.Tokens;
import io.carillon.hub.Format;
import io.carillon.identity.Principal;
import io.carillon.presence.Presence;
import io.carillon.transport.engineio.EngineFraming;
import io.carillon.transport.engineio.EngineSettings;
import io.carillon.wire.socketio.EventNames;
import io.carillon.wire.socketio.Namings;
import io.carillon.wire.socketio.SocketIoFormat;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Who enters which namespace, and how it begins there. What cannot be said now is a refusal to be
/// tried again ([Refusal#UNAVAILABLE]). Blocks on tokens, rules and Postgres: called on virtual
/// threads. Safe for all threads.
@Singleton
final class Judge {
    /// Channels that a client is put into without having named them.
    static final int MAX_OPEN = 100;

    private static final String TENANT = "{tenant}";

    private final List<String> namespaces;
    private final Tokens tokens;
    private final ChannelRules rules;
    private final Sessions sessions;
    private final Namings namings;
    private final EngineFraming framing = new EngineFraming();
    private final Map<Kind, Format> formats = new ConcurrentHashMap<>();

    Judge(
            EngineSettings settings,
            Tokens tokens,
            ChannelRules rules,
            Sessions sessions,
            Namings namings) {
        this.namespaces = settings.namespaces();
        this.tokens = tokens;
        this.rules = rules;
        this.sessions = sessions;
        this.namings = namings;
    }

    /// What clients that share frames have in common.
    private record Kind(String namespace, EventNames names) {}

    /// What came of it.
    ///
    /// @param admission whether the client may enter
    /// @param plan how it begins, when it may
    record Verdict(Admission admission, @Nullable Plan plan) {}

    /// @param namespace what a client asks for
    /// @return whether there can be such a namespace
    boolean exists(String namespace) {
        return namespaces.stream()
                .anyMatch(one ->
                        one.endsWith(TENANT)
                                ? namespace.startsWith(stem(one))
                                        && namespace.length() > stem(one).length()
                                : namespace.equals(one));
    }

    private boolean belongs(String namespace, String tenant) {
        return namespaces.stream()
                .anyMatch(one ->
                        one.endsWith(TENANT)
                                ? namespace.equals(stem(one) + tenant)
                                : namespace.equals(one));
    }

    private static String stem(String pattern) {
        return pattern.substring(0, pattern.length() - TENANT.length());
    }

    /// @param namespace one that exists
    /// @param auth what the client brought
    /// @return whether it may enter, and how it begins
    Verdict judge(String namespace, Auth auth) {
        var admission = tokens.principal(auth.token());
        if (!(admission instanceof Admission.Valid(var who))) {
            return new Verdict(admission, null);
        }
        if (!belongs(namespace, who.tenant())) {
            return refused("this namespace is another tenant's: use the one of the token's tenant");
        }
        var names = namings.find(auth.names(), namespace);
        if (names == null) {
            return refused("there are no such names: leave auth.names out");
        }
        var format =
                formats.computeIfAbsent(
                        new Kind(namespace, names),
                        kind -> new SocketIoFormat(framing, kind.namespace(), kind.names()));
        var key = sessions.key();
        var before = auth.pid() == null ? null : Pid.verify(key, auth.pid());
        var asked = auth.channels() == null ? open(who) : auth.channels();
        if (asked == null) {
            return unknown();
        }
        // It has no events; what it has is followed when the client is in.
        var begin = asked.stream().filter(one -> !one.equals(Presence.TENANT)).toList();
        var audience = audience(asked);
        var begun = Pid.fingerprint(begin);
        // Who comes back reads again unless it is recovered: its cursor was that of its first read.
        var cursor = auth.pid() == null && auth.cursor() != null ? auth.cursor() : null;
        var afresh =
                new Plan(
                        begin,
                        cursor == null ? null : Offset.of(cursor).cursor(),
                        format,
                        audience,
                        begun,
                        null);
        if (before == null || !before.belongs(who, namespace)) {
            return new Verdict(admission, afresh);
        }
        var again = again(before, auth, afresh);
        return switch (again == null ? Allowed.NO : allowed(who, again.channels())) {
            case YES ->
                    new Verdict(admission, new Plan(begin, null, format, audience, begun, again));
            case UNKNOWN -> unknown();
            case NO -> new Verdict(admission, afresh);
        };
    }

    /// @return how the session before is gone on with; null when the client may have missed what a
    ///     join told, or would now follow what it did not follow then
    private Plan.@Nullable Again again(Pid before, Auth auth, Plan afresh) {
        var found = sessions.find(before);
        var row = found.row();
        var kept = row == null ? afresh.channels() : row.channels();
        var join = row == null ? null : row.join();
        var offset = Offset.of(auth.offset() == null ? before.start() : auth.offset());
        var sameStart = before.begun() == afresh.begun();
        if (!(sameStart || (row != null && kept.containsAll(afresh.channels())))
                || (join != null && !offset.proves(before, join))) {
            return null;
        }
        var received = offset.received(before);
        return new Plan.Again(
                before,
                Objects.requireNonNull(auth.pid()),
                kept.stream().filter(one -> !one.equals(Presence.TENANT)).toList(),
                offset.cursor(),
                row == null ? afresh.audience() : audience(kept),
                row == null ? Plan.Row.NONE : Plan.Row.KEPT,
                found.stint(),
                join == null ? received : Math.max(received, join.number()));
    }

    private static Plan.Audience audience(List<String> channels) {
        return channels.contains(Presence.TENANT) ? Plan.Audience.TENANT : Plan.Audience.NOBODY;
    }

    private static Verdict unknown() {
        return new Verdict(
                new Admission.Refused(
                        Refusal.UNAVAILABLE, "channel rules cannot be asked now: try again"),
                null);
    }

    private static Verdict refused(String message) {
        return new Verdict(new Admission.Refused(Refusal.CHANNEL_FORBIDDEN, message), null);
    }

    private @Nullable List<String> open(Principal who) {
        var all = rules.open(who);
        if (all == null) {
            return null;
        }
        var open = all.stream().filter(namings::opens).toList();
        return open.size() <= MAX_OPEN ? open : open.subList(0, MAX_OPEN);
    }

    /// Whoever may not follow one of its channels any longer does not go on, but begins afresh.
    private Allowed allowed(Principal who, List<String> channels) {
        var all = Allowed.YES;
        for (var channel : channels) {
            if (rules.subscribe(who, channel) instanceof Access.Forbidden(var code, var ignored)) {
                if (!code.retry()) {
                    return Allowed.NO;
                }
                all = Allowed.UNKNOWN;
            }
        }
        return all;
    }

    private enum Allowed {
        YES,
        NO,
        UNKNOWN
    }

    /// @param pid of a new session
    /// @return the text that the client keeps
    String sign(Pid pid) {
        return pid.sign(sessions.key());
    }
}
