package io.carillon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.SignedJWT;

import io.micronaut.security.token.jwt.signature.SignatureConfiguration;

import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;

/// Verifies with the keys that an issuer publishes.
///
/// Nimbus' key source does the fetching, because it bounds what strangers can make us do: a token
/// with an unknown key id causes at most one fetch in 30 seconds, however many of them come. Blocks
/// while it fetches (2 s to connect, 2 s to answer, 256 KB, one retry); safe for all threads.
final class JwksSignatures implements SignatureConfiguration {
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);
    private static final Duration WITHOUT_ISSUER = Duration.ofHours(4);

    private final JWSVerificationKeySelector<SecurityContext> keys;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

    JwksSignatures(URI address) {
        try {
            var retriever = new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_BYTES);
            var source =
                    JWKSourceBuilder.<SecurityContext>create(address.toURL(), retriever)
                            .retrying(true)
                            .cache(KEPT.toMillis(), REFRESH.toMillis())
                            .rateLimited(BETWEEN_FETCHES.toMillis())
                            .outageTolerant(WITHOUT_ISSUER.toMillis())
                            .build();
            keys = new JWSVerificationKeySelector<>(ALGORITHMS, source);
        } catch (MalformedURLException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    @Override
    public String supportedAlgorithmsMessage() {
        return "RS256 and ES256, with the keys of the JWKS address";
    }

    @Override
    public boolean supports(JWSAlgorithm algorithm) {
        return ALGORITHMS.contains(algorithm);
    }

    /// @throws JOSEException a `KeySourceException` when the keys cannot be had
    @Override
    public boolean verify(SignedJWT token) throws JOSEException {
        for (var key : keys.selectJWSKeys(token.getHeader(), null)) {
            if (token.verify(verifiers.createJWSVerifier(token.getHeader(), key))) {
                return true;
            }
        }
        return false;
    }
}
