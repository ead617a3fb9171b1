package io.carillon.module.tickets;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// REST for screens that are not paired yet: no token, few of them, for some minutes.
@Controller("/api/queue/pairings")
@Secured(SecurityRule.IS_AUTHENTICATED)
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "queue")
class PairingController {
    private static final int POLL_SECONDS = 3;

    private final Pairings pairings;
    private final AddressRate rate;
    private final TicketSettings settings;

    PairingController(Pairings pairings, AddressRate rate, TicketSettings settings) {
        this.pairings = pairings;
        this.rate = rate;
        this.settings = settings;
    }

    /// @param kind what the screen wants to be
    /// @param name for the administrator to recognise it by
    @Serdeable
    @Schema(example = "{\"tenant\": \"acme\", \"kind\": \"totem\", \"name\": \"At the door\"}")
    record Wish(
            @NotBlank @Size(max = 200) String tenant,
            @NotNull @Pattern(regexp = "totem|display") String kind,
            @NotBlank @Size(max = 200) String name) {}

    /// @param code for the screen to show, and to put into a QR code with `url`
    /// @param secret for the screen to keep: it fetches the device key
    /// @param url where an administrator approves the code
    /// @param askAgain seconds between two claims
    @Serdeable
    record Begun(
            String code,
            String secret,
            String url,
            @JsonProperty("expires_at") Instant expiresAt,
            @JsonProperty("ask_again") int askAgain) {}

    /// @param secret of the pairing
    @Serdeable
    @Schema(example = "{\"tenant\": \"acme\", \"secret\": \"…43 characters…\"}")
    record Claim(
            @NotBlank @Size(max = 200) String tenant, @NotBlank @Size(max = 100) String secret) {}

    /// @param status waiting or paired
    /// @param screen once it is paired
    /// @param deviceKey told this once: the screen keeps it
    @Serdeable
    record Claimed(
            String status,
            @Nullable QueueScreen screen,
            @JsonProperty("device_key") @Nullable String deviceKey) {}

    /// What an administrator is about to approve.
    @Serdeable
    record Waiting(
            String code, String kind, String name, @JsonProperty("expires_at") Instant expiresAt) {}

    /// A screen asks for a code to show. Needs no token.
    @Post
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Status(HttpStatus.CREATED)
    @Operation(summary = "A screen asks for a code to show. Needs no token; few per minute.")
    HttpResponse<Begun> begin(HttpRequest<?> request, @Valid @Body Wish wish) {
        rate.take(request, "begin", 1);
        var begun = pairings.begin(writer(wish.tenant()), wish.kind(), wish.name().strip());
        return secret(
                HttpResponse.created(
                        new Begun(
                                begun.code(),
                                begun.secret(),
                                settings.pairingPage().replace("{code}", begun.code()),
                                begun.expiresAt(),
                                POLL_SECONDS)));
    }

    /// The screen asks whether it was approved, and gets its device key. Needs no token.
    @Post("/claim")
    @Secured(SecurityRule.IS_ANONYMOUS)
    @Operation(summary = "The screen asks whether it was approved, and gets its device key.")
    HttpResponse<Claimed> claim(HttpRequest<?> request, @Valid @Body Claim claim) {
        rate.take(request, "claim", AddressRate.ASKING);
        var claimed = pairings.claim(writer(claim.tenant()), claim.secret());
        return secret(
                HttpResponse.ok(
                        new Claimed(
                                claimed.deviceKey() == null ? "waiting" : "paired",
                                claimed.screen(),
                                claimed.deviceKey())));
    }

    /// What stands behind a code that a screen shows; for administrators.
    @Get("/{code}")
    @Operation(summary = "What stands behind a code that a screen shows; for administrators.")
    HttpResponse<Waiting> look(Principal user, String code) {
        var found = pairings.look(user, code);
        return HttpResponse.ok(
                new Waiting(found.code(), found.kind(), found.name(), found.expiresAt()));
    }

    private static <T> HttpResponse<T> secret(io.micronaut.http.MutableHttpResponse<T> answer) {
        return answer.header(HttpHeaders.CACHE_CONTROL, "private, no-store");
    }

    private static Writer writer(String tenant) {
        return new Writer(tenant, "screen", null, null);
    }
}
