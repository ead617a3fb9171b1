package io.carillon.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.security.token.jwt.signature.SignatureConfiguration;

import java.util.List;

/// The keys that tokens are verified with now. The only `SignatureConfiguration` bean, so that
/// whatever else of micronaut-security looks at a token uses the same keys (and, since there is
/// one, never takes an unsigned token).
///
/// [#replace] swaps all keys at once while tokens are being verified: rotation puts the new and the
/// old one side by side, and later the new one alone. Connections live on until their token ends.
/// Safe for all threads; blocks only where a key does.
public final class Keys implements SignatureConfiguration {
    private volatile List<VerificationKey> current;

    /// @param keys at least one
    public Keys(List<VerificationKey> keys) {
        current = List.copyOf(keys);
    }

    /// @param keys what counts from the next token on
    public void replace(List<VerificationKey> keys) {
        current = List.copyOf(keys);
    }

    /// Makes keys of texts and swaps them in, or leaves everything as it is.
    ///
    /// @param texts what counts from the next token on, at least one
    /// @throws ConfigurationException one of them is weak or no key; nothing was changed
    public void adopt(List<KeyText> texts) {
        replace(read(texts));
    }

    static List<VerificationKey> read(List<KeyText> texts) {
        if (texts.isEmpty()) {
            throw new ConfigurationException("no key to verify tokens with");
        }
        return texts.stream().map(Keys::read).toList();
    }

    private static VerificationKey read(KeyText text) {
        return switch (text) {
            case KeyText.Secret secret -> {
                var weakness = Secrets.weakness(secret.value());
                if (weakness != null) {
                    throw new ConfigurationException(
                            "the secret that tokens are verified with "
                                    + weakness
                                    + ": make a random one, e.g. with openssl rand -base64 48");
                }
                yield VerificationKey.ofSecret(secret.value());
            }
            case KeyText.PublicPem key -> PublicKeys.read(key.pem());
        };
    }

    @Override
    public String supportedAlgorithmsMessage() {
        return "HS256 with a secret, RS256 or ES256 with a public key or JWKS address";
    }

    @Override
    public boolean supports(JWSAlgorithm algorithm) {
        return current.stream().anyMatch(key -> key.fits(algorithm));
    }

    /// @throws JOSEException no key verified it, and one could not be asked
    @Override
    public boolean verify(SignedJWT token) throws JOSEException {
        JOSEException trouble = null;
        for (var key : current) {
            try {
                if (key.verifies(token)) {
                    return true;
                }
            } catch (JOSEException failed) {
                trouble = failed;
            }
        }
        if (trouble != null) {
            throw trouble;
        }
        return false;
    }
}
