package io.carillon.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import io.carillon.auth.AuthSettings;
import io.carillon.auth.ClaimNames;
import io.carillon.auth.DevelopmentSecret;
import io.carillon.auth.Mode;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.UUID;

/// Signs tokens for demo users, with the claims that this node is configured for. Development only;
/// never blocks.
@Singleton
@Requires(property = Mode.PROPERTY, value = "development")
@Requires(property = "carillon.demo.enabled", notEquals = "false")
public final class DemoTokens {
    /// How long a demo token lives.
    public static final Duration LIFE = Duration.ofHours(1);

    private final DevelopmentSecret secret;
    private final AuthSettings settings;
    private final ClaimNames names;

    public DemoTokens(DevelopmentSecret secret, AuthSettings settings, ClaimNames names) {
        this.secret = secret;
        this.settings = settings;
        this.names = names;
    }

    /// @param user for whom
    /// @param now the moment of issue; the token ends [#LIFE] later
    /// @return a JWT
    public String issue(DemoUser user, Instant now) {
        var claims = new LinkedHashMap<String, Object>();
        ClaimNames.put(claims, names.tenant(), user.tenant());
        ClaimNames.put(claims, names.user(), user.user());
        ClaimNames.put(claims, names.roles(), user.roles());
        ClaimNames.put(claims, names.name(), user.name());
        var set = new JWTClaimsSet.Builder();
        claims.forEach(set::claim);
        set.jwtID(UUID.randomUUID().toString())
                .issuer(settings.issuer())
                .audience(settings.audience())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)));
        try {
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), set.build());
            token.sign(new MACSigner(secret.value().getBytes(StandardCharsets.UTF_8)));
            return token.serialize();
        } catch (JOSEException unusable) {
            throw new IllegalStateException("a checked secret could not sign", unusable);
        }
    }
}
