package io.carillon.auth;

import io.micronaut.context.exceptions.ConfigurationException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/// Reads `carillon.auth.public-key`: PEM text or the path of a PEM file, a public key or a
/// certificate.
final class PublicKeys {
    private static final int RSA_BITS = 2048;
    private static final int P256_BITS = 256;
    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN (PUBLIC KEY|CERTIFICATE)-----(.*?)-----END \\1-----",
                    Pattern.DOTALL);

    private PublicKeys() {}

    /// @param text PEM text (line breaks may be the two characters `\n`, as environment variables
    ///     have them), or a path
    /// @return the key, strong enough to be used
    static VerificationKey read(String text) {
        var pem = text.contains("-----BEGIN") ? text.replace("\\n", "\n") : file(text);
        if (pem.contains("PRIVATE KEY")) {
            throw bad(
                    "holds a private key: give the public one, and keep the private one where"
                            + " tokens are issued");
        }
        var match = PEM.matcher(pem);
        if (!match.find()) {
            throw bad(
                    "is neither PEM text (-----BEGIN PUBLIC KEY----- …) nor the path of a PEM"
                            + " file");
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(match.group(2));
            return strong("CERTIFICATE".equals(match.group(1)) ? certified(bytes) : key(bytes));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw bad("cannot be read as an RSA or P-256 public key");
        }
    }

    private static String file(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | InvalidPathException unreadable) {
            throw bad("is no PEM text, and there is no readable file of that name");
        }
    }

    private static PublicKey certified(byte[] bytes) throws GeneralSecurityException {
        var certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(bytes));
        return certificate.getPublicKey();
    }

    private static PublicKey key(byte[] bytes) throws GeneralSecurityException {
        var encoded = new X509EncodedKeySpec(bytes);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(encoded);
        } catch (InvalidKeySpecException other) {
            return KeyFactory.getInstance("EC").generatePublic(encoded);
        }
    }

    private static VerificationKey strong(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() >= RSA_BITS ->
                    VerificationKey.of(rsa);
            case RSAPublicKey _ ->
                    throw bad("is an RSA key of less than 2048 bits: make a longer one");
            case ECPublicKey ec
                    when ec.getParams().getCurve().getField().getFieldSize() == P256_BITS ->
                    VerificationKey.of(ec);
            default -> throw bad("is neither an RSA key (RS256) nor a P-256 key (ES256)");
        };
    }

    private static ConfigurationException bad(String what) {
        return new ConfigurationException("carillon.auth.public-key " + what);
    }
}
