package io.carillon.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.carillon.auth.Access;
import io.carillon.auth.ChannelRules;
import io.carillon.auth.Refusal;
import io.carillon.channel.ChannelKey;
import io.carillon.identity.Principal;
import io.carillon.presence.Member;
import io.carillon.presence.Presence;
import io.carillon.presence.Update;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// `GET /api/presence?channel=`: who is present in a channel, for whoever may subscribe to it.
@Controller("/api/presence")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PresenceController {
    private final ChannelRules rules;
    private final Presence presence;

    PresenceController(ChannelRules rules, Presence presence) {
        this.rules = rules;
        this.presence = presence;
    }

    /// @param channel the channel
    /// @param count how many users are present
    /// @param members who; left out when there are too many to name
    @Serdeable
    record Present(
            String channel,
            int count,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Someone> members) {}

    /// @param state online, away or busy
    @Serdeable
    record Someone(String user, String name, String state) {}

    @Get
    HttpResponse<?> present(Principal principal, @QueryValue String channel) {
        if (rules.subscribe(principal, channel)
                instanceof Access.Forbidden(var code, var message)) {
            return Problem.answer(status(code), code.code(), message);
        }
        if (!Boolean.TRUE.equals(rules.presence(channel))) {
            return Problem.answer(
                    HttpStatus.FORBIDDEN,
                    "presence_hidden",
                    "the channel's rule does not show presence: select carillon.show_presence(…)");
        }
        var found = presence.read(new ChannelKey(principal.tenant(), channel));
        var members =
                found instanceof Update.Everybody everybody
                        ? everybody.members().stream().map(PresenceController::someone).toList()
                        : null;
        return HttpResponse.ok(new Present(channel, found.count(), members))
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store");
    }

    private static Someone someone(Member member) {
        return new Someone(member.user(), member.name(), member.state().word());
    }

    private static HttpStatus status(Refusal code) {
        return code.retry() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.FORBIDDEN;
    }
}
