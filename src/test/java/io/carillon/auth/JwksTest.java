package io.carillon.auth;

import static io.carillon.auth.TestTokens.ana;
import static io.carillon.auth.TestTokens.sign;
import static io.carillon.auth.TokensTest.refused;
import static io.carillon.auth.TokensTest.valid;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

@Tag("A5")
class JwksTest {
    private final RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    private final ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    private final RSAKey stranger = new RSAKeyGenerator(2048).keyID("rsa").generate();
    private final AtomicInteger fetches = new AtomicInteger();
    private HttpServer issuer;
    private Tokens tokens;

    JwksTest() throws JOSEException {}

    @BeforeEach
    void publish() throws IOException {
        var set = new JWKSet(List.<JWK>of(rsa, ec)).toPublicJWKSet().toString();
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext(
                "/keys",
                exchange -> {
                    fetches.incrementAndGet();
                    var body = set.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        issuer.start();
        tokens = at("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
    }

    @AfterEach
    void stop() {
        issuer.stop(0);
    }

    @Test
    void publishedKeysVerify() throws JOSEException {
        valid(tokens.principal(rs256(rsa)));
        valid(tokens.principal(sign(header(JWSAlgorithm.ES256, "ec"), new ECDSASigner(ec), ana())));
        valid(tokens.principal(sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), ana())));
        assertThat(fetches).hasValue(1);
    }

    @Test
    void othersDoNot() throws JOSEException {
        refused(tokens.principal(rs256(stranger)), Refusal.TOKEN_SIGNATURE);
        var published = rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        refused(
                tokens.principal(sign(JWSAlgorithm.HS256, new MACSigner(published), ana())),
                Refusal.TOKEN_ALGORITHM);
    }

    @Test
    void aKeyInTheTokenIsNoKey() throws JOSEException {
        var header =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .jwk(stranger.toPublicJWK())
                        .jwkURL(URI.create("http://evil.example/keys"))
                        .keyID("rsa")
                        .build();

        refused(
                tokens.principal(sign(header, new RSASSASigner(stranger), ana())),
                Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void strangersCannotMakeUsFetch() throws JOSEException {
        valid(tokens.principal(rs256(rsa)));
        for (var index = 0; index < 50; index++) {
            var header = header(JWSAlgorithm.RS256, "unknown-" + index);
            refused(
                    tokens.principal(sign(header, new RSASSASigner(stranger), ana())),
                    Refusal.TOKEN_SIGNATURE,
                    Refusal.KEYS_UNAVAILABLE);
        }
        assertThat(fetches.get()).isLessThanOrEqualTo(3);
        valid(tokens.principal(rs256(rsa)));
    }

    @Test
    void whileTheIssuerIsAwayTheAnswerIsToTryAgain() throws JOSEException {
        issuer.stop(0);

        refused(tokens.principal(rs256(rsa)), Refusal.KEYS_UNAVAILABLE);
        assertThat(Refusal.KEYS_UNAVAILABLE.retry()).isTrue();
    }

    private static String rs256(RSAKey key) throws JOSEException {
        return sign(header(JWSAlgorithm.RS256, "rsa"), new RSASSASigner(key), ana());
    }

    private static JWSHeader header(JWSAlgorithm algorithm, String key) {
        return new JWSHeader.Builder(algorithm).keyID(key).build();
    }

    private static Tokens at(String address) {
        return Settings.tokens(VerificationKey.ofJwks(URI.create(address)));
    }
}
