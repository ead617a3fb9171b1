package io.carillon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/// Signs what tests need signed.
public final class TestTokens {
    /// A good secret.
    public static final String SECRET = "Zr3Vq8mT1xLw6Hc0Nf7Yp2Kd9Jb4Gs5U-Ae";

    private TestTokens() {}

    /// @return claims of ana at acme, good for ten minutes
    public static JWTClaimsSet.Builder ana() {
        return user("acme", "ana", List.of("member"));
    }

    public static JWTClaimsSet.Builder user(String tenant, String user, List<String> roles) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .subject(user)
                .claim("tenant", tenant)
                .claim("name", user.toUpperCase(java.util.Locale.ROOT))
                .claim("roles", roles)
                .jwtID("t1")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
    }

    public static String hs256(JWTClaimsSet.Builder claims) {
        return hs256(SECRET, claims);
    }

    public static String hs256(String secret, JWTClaimsSet.Builder claims) {
        try {
            return sign(
                    JWSAlgorithm.HS256,
                    new MACSigner(secret.getBytes(StandardCharsets.UTF_8)),
                    claims);
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static String sign(
            JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet.Builder claims) {
        return sign(new JWSHeader(algorithm), signer, claims);
    }

    static String sign(JWSHeader header, JWSSigner signer, JWTClaimsSet.Builder claims) {
        try {
            var token = new SignedJWT(header, claims.build());
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
