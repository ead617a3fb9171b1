package io.carillon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;

import io.micronaut.security.token.jwt.signature.SignatureConfiguration;
import io.micronaut.security.token.jwt.signature.ec.ECSignature;
import io.micronaut.security.token.jwt.signature.ec.ECSignatureConfiguration;
import io.micronaut.security.token.jwt.signature.rsa.RSASignature;
import io.micronaut.security.token.jwt.signature.secret.SecretSignature;
import io.micronaut.security.token.jwt.signature.secret.SecretSignatureConfiguration;

import java.net.URI;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;

/// One key, and the algorithms that may be used with it.
///
/// micronaut-security's signatures take every algorithm of a family (HS512, PS256, …) and are asked
/// whatever the token says; here the algorithm is checked first, so a token can never choose how it
/// is verified. Immutable, safe for all threads.
///
/// @param algorithms the only `alg` values that this key is asked for
/// @param signature micronaut-security's verification; may block for a JWKS address only
public record VerificationKey(Set<JWSAlgorithm> algorithms, SignatureConfiguration signature) {
    /// @param secret at least 32 bytes in UTF-8
    /// @return a key for HS256
    public static VerificationKey ofSecret(String secret) {
        var configuration = new SecretSignatureConfiguration("carillon");
        configuration.setSecret(secret);
        return new VerificationKey(Set.of(JWSAlgorithm.HS256), new SecretSignature(configuration));
    }

    /// @param key an RSA key
    /// @return a key for RS256
    public static VerificationKey of(RSAPublicKey key) {
        return new VerificationKey(Set.of(JWSAlgorithm.RS256), new RSASignature(() -> key));
    }

    /// @param key a P-256 key
    /// @return a key for ES256
    public static VerificationKey of(ECPublicKey key) {
        var configuration =
                new ECSignatureConfiguration() {
                    @Override
                    public ECPublicKey getPublicKey() {
                        return key;
                    }

                    @Override
                    public JWSAlgorithm getJwsAlgorithm() {
                        return JWSAlgorithm.ES256;
                    }
                };
        return new VerificationKey(Set.of(JWSAlgorithm.ES256), new ECSignature(configuration));
    }

    /// @param address of a JWK set
    /// @return the keys found there, for RS256 and ES256
    public static VerificationKey ofJwks(URI address) {
        return new VerificationKey(
                Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), new JwksSignatures(address));
    }

    boolean fits(JWSAlgorithm algorithm) {
        return algorithms.contains(algorithm);
    }

    boolean verifies(SignedJWT token) throws JOSEException {
        return fits(token.getHeader().getAlgorithm()) && signature.verify(token);
    }
}
