package io.carillon.auth;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Tells a secret from what people write where a secret should be.
public final class Secrets {
    /// HS256 needs a key as long as its hash (RFC 7518, section 3.2).
    static final int MIN_BYTES = 32;

    private static final int MIN_DISTINCT = 8;

    /// Pieces of the examples in documentation and templates. A random secret contains none of
    /// them.
    private static final List<String> EXAMPLES =
            List.of(
                    "secret",
                    "changeme",
                    "changethis",
                    "changeit",
                    "replaceme",
                    "replacethis",
                    "password",
                    "passwort",
                    "placeholder",
                    "example",
                    "default",
                    "bitkey",
                    "atleast",
                    "insecure",
                    "development",
                    "qwerty",
                    "letmein",
                    "yourkey",
                    "yourjwt",
                    "jwtkey",
                    "dontuse",
                    "donotuse",
                    "carillon",
                    "abcdefghij",
                    "0123456789",
                    "1234567890");

    private Secrets() {}

    /// @param secret a candidate
    /// @return what is wrong with it, without any of it; null when nothing is
    public static @Nullable String weakness(String secret) {
        if (secret.getBytes(StandardCharsets.UTF_8).length < MIN_BYTES) {
            return "is shorter than 32 bytes";
        }
        if (!secret.strip().equals(secret)) {
            return "begins or ends with white space, such as a file's last line break";
        }
        if (secret.chars().distinct().count() < MIN_DISTINCT || repeats(secret)) {
            return "repeats itself";
        }
        var letters = secret.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return EXAMPLES.stream().anyMatch(letters::contains) ? "reads like an example" : null;
    }

    private static boolean repeats(String secret) {
        var at = (secret + secret).indexOf(secret, 1);
        if (at < secret.length()) {
            return true;
        }
        for (var period = 1; period <= secret.length() / 3; period++) {
            if (secret.regionMatches(period, secret, 0, secret.length() - period)) {
                return true;
            }
        }
        return false;
    }
}
