package io.carillon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes the tokens that the clients present: HS256, one for each tenant.
final class Tokens {
    /// Shared with the node for the time of a run.
    static final String SECRET = secret();

    private Tokens() {}

    /// @param tenants how many
    /// @return a token for each, whose tenant is `t` and its number
    static String[] forTenants(int tenants) {
        var tokens = new String[tenants];
        for (var number = 0; number < tenants; number++) {
            tokens[number] = token("t" + number, "user" + number);
        }
        return tokens;
    }

    /// @param roles of the user
    static String token(String tenant, String user, String... roles) {
        var end = System.currentTimeMillis() / 1_000 + 6 * 3_600;
        var claims = Json.object("sub", user, "tenant", tenant, "exp", end, "iat", end - 7 * 3_600);
        claims.put("roles", List.of(roles));
        var text = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(Json.write(claims));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            return text + "." + encode(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String secret() {
        var bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        return encode(bytes);
    }

    private static String encode(String text) {
        return encode(text.getBytes(UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
