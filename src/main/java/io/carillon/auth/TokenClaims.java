package io.carillon.auth;

import com.nimbusds.jwt.JWTClaimsSet;

import io.carillon.identity.Principal;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// What the claims of a verified token must say, and the principal that they name.
///
/// micronaut-security's claims validators answer yes or no, know no clock skew and take a token
/// without `exp`; these rules name the reason, allow for the skew and require an end. Never blocks;
/// safe for all threads.
@Singleton
public final class TokenClaims {
    private static final int MAX_ID_BYTES = 200;
    private static final int MAX_NAME = 200;
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Duration skew;
    private final ClaimNames names;
    private final Clock clock;

    @Inject
    public TokenClaims(AuthSettings settings, ClaimNames names) {
        this(settings, names, Clock.systemUTC());
    }

    TokenClaims(AuthSettings settings, ClaimNames names, Clock clock) {
        this.issuer = settings.issuer();
        this.audience = settings.audience();
        this.skew = settings.clockSkew();
        this.names = names;
        this.clock = clock;
    }

    Admission principal(JWTClaimsSet claims) {
        var problem = timing(claims);
        if (problem == null) {
            problem = addressed(claims);
        }
        return problem == null ? named(claims) : problem;
    }

    Instant deadline(Instant end) {
        return end.plus(skew);
    }

    private Admission.@Nullable Refused timing(JWTClaimsSet claims) {
        var now = clock.instant();
        var end = end(claims);
        if (end == null) {
            return new Admission.Refused(
                    Refusal.TOKEN_NO_EXPIRY, "the token has no exp: issue it with an end");
        }
        if (!now.isBefore(end.plus(skew))) {
            return new Admission.Refused(
                    Refusal.TOKEN_EXPIRED, "the token has expired: get a new one");
        }
        var start = instant(claims.getNotBeforeTime());
        return start != null && now.isBefore(start.minus(skew))
                ? new Admission.Refused(
                        Refusal.TOKEN_NOT_YET_VALID, "the token is not valid yet (nbf)")
                : null;
    }

    private Admission.@Nullable Refused addressed(JWTClaimsSet claims) {
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            return new Admission.Refused(
                    Refusal.TOKEN_ISSUER, "the token is of another issuer (iss)");
        }
        return audience != null && !claims.getAudience().contains(audience)
                ? new Admission.Refused(
                        Refusal.TOKEN_AUDIENCE, "the token is for another audience (aud)")
                : null;
    }

    private Admission named(JWTClaimsSet set) {
        var claims = set.getClaims();
        var tenant = id(ClaimNames.find(claims, names.tenant()));
        // The log itself speaks to '*', so nobody may be called that.
        if (tenant == null || tenant.equals("*")) {
            return new Admission.Refused(
                    Refusal.TOKEN_NO_TENANT,
                    "the token names no tenant in its claim " + names.tenant());
        }
        var user = id(ClaimNames.find(claims, names.user()));
        if (user == null) {
            return new Admission.Refused(
                    Refusal.TOKEN_NO_USER, "the token names no user in its claim " + names.user());
        }
        return new Admission.Valid(
                new Principal(
                        tenant,
                        user,
                        name(claims, user),
                        roles(ClaimNames.find(claims, names.roles())),
                        set.getJWTID(),
                        instant(set.getIssueTime()),
                        Objects.requireNonNull(end(set))));
    }

    /// A token counts for [Revocations#TOKEN_LIFE] at most, for nothing remembers its revocation
    /// any longer.
    private static @Nullable Instant end(JWTClaimsSet claims) {
        var end = instant(claims.getExpirationTime());
        var issued = instant(claims.getIssueTime());
        if (end == null || issued == null) {
            return end;
        }
        var last = issued.plus(Revocations.TOKEN_LIFE);
        return end.isAfter(last) ? last : end;
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }

    /// @return 1 to 200 bytes of text without control characters, as it stands; whole numbers are
    ///     taken as text
    private static @Nullable String id(@Nullable Object claim) {
        var text =
                switch (claim) {
                    case String string -> string;
                    case Long number -> number.toString();
                    case Integer number -> number.toString();
                    case null, default -> "";
                };
        var fits =
                !text.isBlank()
                        && text.getBytes(StandardCharsets.UTF_8).length <= MAX_ID_BYTES
                        && Names.clean(text);
        return fits ? text : null;
    }

    private String name(Map<String, Object> claims, String user) {
        if (!(ClaimNames.find(claims, names.name()) instanceof String name) || name.isBlank()) {
            return user;
        }
        var clean =
                name.codePoints().filter(point -> !Character.isISOControl(point)).limit(MAX_NAME);
        return clean.collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Set<String> roles(@Nullable Object claim) {
        var roles = new HashSet<String>();
        if (claim instanceof List<?> list) {
            list.forEach(role -> roles.add(role instanceof String text ? text : ""));
        } else if (claim instanceof String words) {
            roles.addAll(Arrays.asList(SPACES.split(words)));
        }
        roles.remove("");
        return roles;
    }
}
