package io.carillon.auth;

import static io.carillon.auth.TestTokens.ana;
import static io.carillon.auth.TestTokens.hs256;
import static io.carillon.auth.TestTokens.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;

import io.carillon.identity.Principal;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

@Tag("A5")
class TokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static RSAKey rsa;
    private static ECKey ec;

    private final VerificationKey secret = VerificationKey.ofSecret(TestTokens.SECRET);
    private final Tokens tokens = Settings.tokens(secret);

    @BeforeAll
    static void makeKeys() throws JOSEException {
        rsa = new RSAKeyGenerator(2048).generate();
        ec = new ECKeyGenerator(Curve.P_256).generate();
    }

    @Test
    void aGoodTokenNamesItsPrincipal() {
        var principal = valid(tokens.principal(hs256(ana())));

        assertThat(principal.tenant()).isEqualTo("acme");
        assertThat(principal.user()).isEqualTo("ana");
        assertThat(principal.name()).isEqualTo("ANA");
        assertThat(principal.roles()).containsExactly("member");
        assertThat(principal.tokenId()).isEqualTo("t1");
        assertThat(principal.issuedAt()).isNotNull();
        assertThat(principal.expiresAt()).isAfter(Instant.now().plusSeconds(500));
        assertThat(tokens.deadline(principal)).isEqualTo(principal.expiresAt().plusSeconds(30));
    }

    @Test
    void anRsaKeyTakesRs256AndNothingElse() throws JOSEException {
        var tokens = Settings.tokens(VerificationKey.of(rsa.toRSAPublicKey()));

        valid(tokens.principal(sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), ana())));
        for (var other : List.of(JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            refused(
                    tokens.principal(sign(other, new RSASSASigner(rsa), ana())),
                    Refusal.TOKEN_ALGORITHM);
        }
        refused(tokens.principal(hs256(ana())), Refusal.TOKEN_ALGORITHM);
    }

    @Test
    void anEcKeyTakesEs256AndNothingElse() throws JOSEException {
        var tokens = Settings.tokens(VerificationKey.of(ec.toECPublicKey()));

        valid(tokens.principal(sign(JWSAlgorithm.ES256, new ECDSASigner(ec), ana())));
        refused(
                tokens.principal(sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), ana())),
                Refusal.TOKEN_ALGORITHM);
    }

    @Test
    void aSecretTakesHs256AndNoLongerHash() throws JOSEException {
        var signer =
                new MACSigner(
                        (TestTokens.SECRET + TestTokens.SECRET).getBytes(StandardCharsets.UTF_8));
        var key = VerificationKey.ofSecret(TestTokens.SECRET + TestTokens.SECRET);

        refused(
                Settings.tokens(key).principal(sign(JWSAlgorithm.HS512, signer, ana())),
                Refusal.TOKEN_ALGORITHM);
    }

    @Test
    void thePublicKeyIsNoSecret() throws JOSEException {
        var bytes = rsa.toRSAPublicKey().getEncoded();
        var pem = PublicKeysTest.pem("PUBLIC KEY", bytes);
        var tokens = Settings.tokens(VerificationKey.of(rsa.toRSAPublicKey()));

        refused(
                tokens.principal(sign(JWSAlgorithm.HS256, new MACSigner(bytes), ana())),
                Refusal.TOKEN_ALGORITHM);
        refused(tokens.principal(hs256(pem, ana())), Refusal.TOKEN_ALGORITHM);
    }

    @Test
    void twoKindsOfKeySideBySideStayApart() throws JOSEException {
        var tokens = Settings.tokens(secret, VerificationKey.of(rsa.toRSAPublicKey()));
        var bytes = rsa.toRSAPublicKey().getEncoded();

        valid(tokens.principal(hs256(ana())));
        valid(tokens.principal(sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), ana())));
        refused(
                tokens.principal(sign(JWSAlgorithm.HS256, new MACSigner(bytes), ana())),
                Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void anUnsignedTokenIsRefused() {
        refused(tokens.principal(new PlainJWT(ana().build()).serialize()), Refusal.TOKEN_ALGORITHM);
        var signed = hs256(ana());
        refused(
                tokens.principal(signed.substring(0, signed.lastIndexOf('.') + 1)),
                Refusal.TOKEN_MALFORMED,
                Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void anEncryptedTokenIsRefused() throws JOSEException {
        var token =
                new EncryptedJWT(
                        new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A128CBC_HS256),
                        ana().build());
        token.encrypt(
                new DirectEncrypter(
                        TestTokens.SECRET.substring(0, 32).getBytes(StandardCharsets.UTF_8)));

        refused(tokens.principal(token.serialize()), Refusal.TOKEN_ALGORITHM);
    }

    @Test
    void anotherKeysSignatureIsRefused() throws JOSEException {
        refused(
                tokens.principal(hs256("another-" + TestTokens.SECRET, ana())),
                Refusal.TOKEN_SIGNATURE);
        var stranger = new RSAKeyGenerator(2048).generate();
        refused(
                Settings.tokens(VerificationKey.of(rsa.toRSAPublicKey()))
                        .principal(sign(JWSAlgorithm.RS256, new RSASSASigner(stranger), ana())),
                Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void claimsThatWereChangedAfterSigningAreRefused() {
        var good = hs256(ana()).split("\\.");
        var forged =
                hs256("x" + TestTokens.SECRET, TestTokens.user("globex", "ana", List.of("admin")))
                        .split("\\.");

        refused(
                tokens.principal(good[0] + "." + forged[1] + "." + good[2]),
                Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void aTokenMustHaveAnEnd() {
        refused(tokens.principal(hs256(ana().expirationTime(null))), Refusal.TOKEN_NO_EXPIRY);
    }

    @Test
    void timesAreJudgedWithTheSkewAndNotASecondMore() {
        var tokens = at(NOW, Duration.ofSeconds(30));

        valid(tokens.principal(until(NOW.minusSeconds(29))));
        refused(tokens.principal(until(NOW.minusSeconds(30))), Refusal.TOKEN_EXPIRED);
        valid(tokens.principal(from(NOW.plusSeconds(30))));
        refused(tokens.principal(from(NOW.plusSeconds(31))), Refusal.TOKEN_NOT_YET_VALID);
        refused(at(NOW, Duration.ZERO).principal(until(NOW)), Refusal.TOKEN_EXPIRED);
    }

    @Test
    void anEndBeyondAllTimeIsNoEnd() {
        refused(
                tokens.principal(hs256(ana().claim("exp", Long.MAX_VALUE))),
                Refusal.TOKEN_EXPIRED,
                Refusal.TOKEN_MALFORMED);
    }

    @Test
    void theIssuerMustBeOurs() {
        var tokens = claims(Settings.issuer("https://id.example.com"), Settings.CLAIMS);

        valid(tokens.principal(hs256(ana().issuer("https://id.example.com"))));
        refused(
                tokens.principal(hs256(ana().issuer("https://id.example.com/"))),
                Refusal.TOKEN_ISSUER);
        refused(tokens.principal(hs256(ana())), Refusal.TOKEN_ISSUER);
    }

    @Test
    void theAudienceMustBeUs() {
        var tokens = claims(Settings.audience("live"), Settings.CLAIMS);

        valid(tokens.principal(hs256(ana().audience(List.of("api", "live")))));
        refused(tokens.principal(hs256(ana().audience("api"))), Refusal.TOKEN_AUDIENCE);
        refused(tokens.principal(hs256(ana())), Refusal.TOKEN_AUDIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "*", "a\nb", "a\u0000"})
    void whatCannotBeATenantIsNone(String tenant) {
        refused(tokens.principal(hs256(ana().claim("tenant", tenant))), Refusal.TOKEN_NO_TENANT);
    }

    @Test
    void aTokenWithoutATenantIsRefused() {
        refused(tokens.principal(hs256(ana().claim("tenant", null))), Refusal.TOKEN_NO_TENANT);
        refused(
                tokens.principal(hs256(ana().claim("tenant", List.of("acme", "globex")))),
                Refusal.TOKEN_NO_TENANT);
        refused(tokens.principal(hs256(ana().claim("tenant", true))), Refusal.TOKEN_NO_TENANT);
        refused(
                tokens.principal(hs256(ana().claim("tenant", "ä".repeat(101)))),
                Refusal.TOKEN_NO_TENANT);
    }

    @Test
    void aTokenWithoutAUserIsRefused() {
        refused(tokens.principal(hs256(ana().subject(null))), Refusal.TOKEN_NO_USER);
        refused(tokens.principal(hs256(ana().subject(" "))), Refusal.TOKEN_NO_USER);
    }

    @Test
    void wholeNumbersAreIds() {
        var principal =
                valid(tokens.principal(hs256(ana().claim("tenant", 42).claim("name", null))));

        assertThat(principal.tenant()).isEqualTo("42");
        assertThat(principal.name()).isEqualTo("ana");
    }

    @Test
    void claimsMayHaveOtherNamesAndBeNested() {
        var names =
                new ClaimNames(
                        "https://example.com/tenant", "uid", "realm_access.roles", "profile.name");
        var claims =
                ana().claim("https://example.com/tenant", "globex")
                        .claim("uid", 7)
                        .claim("realm_access", Map.of("roles", List.of("a", "b", 3)))
                        .claim("profile", Map.of("name", "Ana B."));

        var principal = valid(claims(Settings.none(), names).principal(hs256(claims)));

        assertThat(principal)
                .extracting(Principal::tenant, Principal::user, Principal::roles, Principal::name)
                .containsExactly("globex", "7", Set.of("a", "b"), "Ana B.");
    }

    @Test
    void rolesMayBeOneTextOfWords() {
        assertThat(valid(tokens.principal(hs256(ana().claim("roles", "read  write")))).roles())
                .containsExactlyInAnyOrder("read", "write");
        assertThat(valid(tokens.principal(hs256(ana().claim("roles", Map.of("a", 1))))).roles())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "a.b.c",
                "....",
                "e30.e30.e30",
                "eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.AAAA",
                "Bearer x"
            })
    void whatIsNoTokenIsRefused(String text) {
        refused(tokens.principal(text), Refusal.TOKEN_MALFORMED, Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void nothingIsNoToken() {
        refused(tokens.principal(""), Refusal.TOKEN_MISSING);
    }

    @Test
    void aNameThatPostgresWouldChangeIsNone() throws JOSEException {
        var claims =
                "{\"tenant\":\"a\\ud800\",\"sub\":\"ana\",\"exp\":"
                        + (Instant.now().getEpochSecond() + 60)
                        + "}";
        var token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
        token.sign(new MACSigner(TestTokens.SECRET));

        refused(tokens.principal(token.serialize()), Refusal.TOKEN_NO_TENANT);
    }

    @Test
    void signedClaimsThatAreNoJsonAreRefused() throws JOSEException {
        var token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload("not json"));
        token.sign(new MACSigner(TestTokens.SECRET));

        refused(tokens.principal(token.serialize()), Refusal.TOKEN_MALFORMED);
    }

    @Test
    void aLongTokenIsNotLookedAt() {
        var long9k = hs256(ana().claim("x", "y".repeat(7_000)));
        assertThat(long9k.length()).isGreaterThan(Tokens.MAX_LENGTH);

        refused(tokens.principal(long9k), Refusal.TOKEN_TOO_LARGE);
        valid(tokens.principal(hs256(ana().claim("x", "y".repeat(5_000)))));
    }

    @Test
    void keysCanBeSwappedWhileRunning() {
        var keys = new Keys(List.of(secret));
        var tokens = new Tokens(keys, new TokenClaims(Settings.none(), Settings.CLAIMS));
        var next = "next-" + TestTokens.SECRET;
        refused(tokens.principal(hs256(next, ana())), Refusal.TOKEN_SIGNATURE);

        keys.replace(List.of(VerificationKey.ofSecret(next), secret));
        valid(tokens.principal(hs256(next, ana())));
        valid(tokens.principal(hs256(ana())));

        keys.replace(List.of(VerificationKey.ofSecret(next)));
        refused(tokens.principal(hs256(ana())), Refusal.TOKEN_SIGNATURE);
    }

    @Test
    void noRefusalRepeatsThetoken() {
        var token = hs256("another-" + TestTokens.SECRET, ana());
        assertThat(tokens.principal(token).toString()).doesNotContain(token.substring(10, 40));
    }

    private Tokens claims(AuthSettings settings, ClaimNames names) {
        return new Tokens(new Keys(List.of(secret)), new TokenClaims(settings, names));
    }

    private Tokens at(Instant now, Duration skew) {
        var settings = Settings.clockSkew(skew);
        var clock = Clock.fixed(now, ZoneOffset.UTC);
        return new Tokens(
                new Keys(List.of(secret)), new TokenClaims(settings, Settings.CLAIMS, clock));
    }

    private static String until(Instant end) {
        return hs256(ana().expirationTime(Date.from(end)));
    }

    private static String from(Instant start) {
        JWTClaimsSet.Builder claims = ana().notBeforeTime(Date.from(start));
        return hs256(claims.expirationTime(Date.from(start.plusSeconds(600))));
    }

    static Principal valid(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Valid.class);
        return ((Admission.Valid) admission).principal();
    }

    static void refused(Admission admission, Refusal... oneOf) {
        assertThat(admission).isInstanceOf(Admission.Refused.class);
        assertThat(((Admission.Refused) admission).code()).isIn((Object[]) oneOf);
    }
}
