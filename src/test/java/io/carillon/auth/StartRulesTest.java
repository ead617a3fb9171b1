package io.carillon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

@Tag("A5")
class StartRulesTest {
    @TempDir private Path folder;

    @Test
    void productionWithAGoodSecretStarts() {
        try (var context = start(Map.of("carillon.auth.secret", TestTokens.SECRET))) {
            assertThat(context.getBean(StartRules.class).mode()).isEqualTo(Mode.PRODUCTION);
            assertThat(context.containsBean(DevelopmentSecret.class)).isFalse();
        }
    }

    @Test
    void productionWithoutAKeyRefuses() {
        refuses(Map.of(), "no key to verify tokens with");
        refuses(Map.of("carillon.auth.secret", "  "), "no key to verify tokens with");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short",
                "0123456789012345678901234567890",
                "01234567890123456789012345678901",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "abababababababababababababababababababab",
                "pleaseChangeThisSecretForANewOne",
                "a-string-secret-at-least-256-bits-long",
                "super-secret-jwt-token-with-at-least-32-characters-long",
                "your-256-bit-secret-your-256-bit-key",
                "change_me_change_me_please_change_me_now",
                "correct-horse-P4ssw0rd-password-staple",
                "Zr3Vq8mT1xLw6Hc0Nf7Yp2Kd9Jb4Gs5U\n",
                "Qz7vKx2pQz7vKx2pQz7vKx2pQz7vKx2pQz7v"
            })
    void aWeakSecretRefusesInProductionAndInDevelopment(String secret) {
        refuses(Map.of("carillon.auth.secret", secret), "carillon.auth.secret ");
        refuses(
                Map.of("carillon.auth.secret", secret, "carillon.mode", "development"),
                "carillon.auth.secret ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "Zr3Vq8mT1xLw6Hc0Nf7Yp2Kd9Jb4Gs5U",
                "t7Wq/9PzX+1mKfB0yLr4Uv6HcJ2nSdGaEoQiRwTk5Z8="
            })
    void aRandomSecretIsTaken(String secret) {
        assertThat(Secrets.weakness(secret)).isNull();
    }

    @Test
    void oneKindOfKeyIsEnough() {
        refuses(
                Map.of(
                        "carillon.auth.secret",
                        TestTokens.SECRET,
                        "carillon.auth.jwks-url",
                        "https://id.example.com/keys"),
                "more than one kind of key");
    }

    @Test
    void keysComeOverTlsOrFromThisMachine() {
        refuses(Map.of("carillon.auth.jwks-url", "http://id.example.com/keys"), "https://");
        refuses(Map.of("carillon.auth.jwks-url", "file:///etc/passwd"), "https://");
        refuses(Map.of("carillon.auth.jwks-url", "not an address"), "https://");
        start(Map.of("carillon.auth.jwks-url", "http://localhost:1/keys")).close();
        start(Map.of("carillon.auth.jwks-url", "https://id.example.com/keys")).close();
    }

    @Test
    void conveniencesAreForDevelopment() {
        var secret = TestTokens.SECRET;
        refuses(Map.of("carillon.auth.secret", secret, "carillon.auth.origins", "*"), "origins");
        refuses(Map.of("carillon.auth.secret", secret, "carillon.demo.enabled", "true"), "demo");
    }

    @Test
    void securityCannotBeSwitchedOff() {
        for (var name :
                new String[] {"micronaut.security.enabled", "micronaut.security.filter.enabled"}) {
            refuses(Map.of("carillon.mode", "development", name, "false"), name);
        }
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        var secret = TestTokens.SECRET;
        refuses(
                Map.of("carillon.auth.secret", secret, "carillon.auth.clock-skew", "1h"),
                "0s to 5m");
        refuses(
                Map.of("carillon.auth.secret", secret, "carillon.mode", "staging"),
                "production or");
        refuses(
                Map.of("carillon.auth.secret", secret, "carillon.auth.metrics-key", "short"),
                "metrics-key");
        refuses(Map.of("carillon.auth.public-key", "/no/such.pem"), "public-key");
        refuses(
                Map.of(
                        "carillon.auth.secret",
                        secret,
                        "carillon.auth.origins",
                        "https://a.example/x"),
                "exact origins");
    }

    @Test
    void developmentKeepsASecretOfItsOwn() throws IOException {
        var file = folder.resolve("data/token-secret");
        String first;
        try (var context = development(file)) {
            first = context.getBean(DevelopmentSecret.class).value();
        }
        assertThat(first).hasSizeGreaterThanOrEqualTo(43);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var folders = Files.list(file.getParent())) {
            assertThat(folders).containsExactly(file);
        }

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (var context = development(file)) {
            assertThat(context.getBean(DevelopmentSecret.class).value()).isEqualTo(first);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            var token = TestTokens.hs256(first, TestTokens.ana());
            TokensTest.valid(context.getBean(Tokens.class).principal(token));
        }

        Files.delete(file);
        try (var context = development(file)) {
            assertThat(context.getBean(DevelopmentSecret.class).value()).isNotEqualTo(first);
        }
    }

    @Test
    void aDamagedDevelopmentSecretIsNotUsed() throws IOException {
        var file = folder.resolve("token-secret");
        Files.writeString(file, "\n");

        assertThatThrownBy(() -> development(file)).rootCause().hasMessageContaining("delete it");
    }

    @Test
    void secretsDoNotAppearInText() {
        try (var context = start(Map.of("carillon.auth.secret", TestTokens.SECRET))) {
            assertThat(context.getBean(AuthSettings.class).toString())
                    .doesNotContain(TestTokens.SECRET);
        }
    }

    private ApplicationContext development(Path file) {
        return start(
                Map.of(
                        "carillon.mode",
                        "development",
                        "carillon.auth.secret-file",
                        file.toString()));
    }

    private ApplicationContext start(Map<String, Object> settings) {
        var all = new HashMap<String, Object>(settings);
        all.putIfAbsent("carillon.auth.secret-file", folder.resolve("secret").toString());
        return ApplicationContext.run(AuthPostgres.settings(all));
    }

    private void refuses(Map<String, Object> settings, String because) {
        // Told before anybody looks for a database.
        var nowhere = new HashMap<String, Object>(settings);
        nowhere.put("carillon.database.url", "postgresql://127.0.0.1:1/none");
        assertThatThrownBy(() -> start(nowhere).close())
                .rootCause()
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(because)
                .message()
                .doesNotContain("\n");
    }
}
