package io.carillon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;

import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

@Tag("A5")
class PublicKeysTest {
    @TempDir private Path folder;

    @Test
    void theKeysTypeTellsTheAlgorithm() throws GeneralSecurityException {
        assertThat(PublicKeys.read(publicPem(rsa(2048))).algorithms())
                .containsExactly(JWSAlgorithm.RS256);
        assertThat(PublicKeys.read(publicPem(ec("secp256r1"))).algorithms())
                .containsExactly(JWSAlgorithm.ES256);
    }

    @Test
    void aPathAndOneLineTextWorkToo() throws GeneralSecurityException, IOException {
        var pem = publicPem(rsa(2048));
        var file = folder.resolve("issuer.pem");
        Files.writeString(file, pem);

        assertThat(PublicKeys.read(file.toString()).algorithms()).isNotEmpty();
        assertThat(PublicKeys.read(pem.replace("\n", "\\n")).algorithms()).isNotEmpty();
    }

    @Test
    void whatIsWeakOrNoPublicKeyIsRefusedInOneLine() throws GeneralSecurityException {
        refused(publicPem(rsa(1024)), "2048");
        refused(publicPem(ec("secp384r1")), "P-256");
        refused(pem("PRIVATE KEY", rsa(2048).getPrivate().getEncoded()), "private key");
        refused("/no/such/file.pem", "no readable file");
        refused(pem("PUBLIC KEY", new byte[] {1, 2, 3}), "cannot be read");
        refused("-----BEGIN NOTHING-----", "neither PEM");
    }

    private static void refused(String text, String because) {
        assertThatThrownBy(() -> PublicKeys.read(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("carillon.auth.public-key")
                .hasMessageContaining(because)
                .message()
                .doesNotContain("\n");
    }

    private static KeyPair rsa(int bits) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeyPair ec(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String publicPem(KeyPair pair) {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    static String pem(String kind, byte[] bytes) {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
