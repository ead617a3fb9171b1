package io.carillon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B7")
class OriginsTest {
    private final Origins origins =
            new Origins(
                    Settings.origins(
                            "https://app.example.com",
                            "http://localhost:5173",
                            "https://shop.example.com:443",
                            "capacitor://localhost"));

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com, live.example.com",
        "HTTPS://APP.example.com, live.example.com",
        "https://app.example.com:443, live.example.com",
        "https://shop.example.com, live.example.com",
        "http://localhost:5173, localhost:8080",
        "capacitor://localhost, live.example.com",
    })
    void whatIsListedMay(String origin, String host) {
        assertThat(origins.allowed(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://live.example.com, live.example.com",
        "https://live.example.com, live.example.com:443",
        "http://live.example.com, live.example.com:80",
        "http://localhost:8080, localhost:8080",
        "http://[::1]:8080, [::1]:8080",
    })
    void ourOwnPagesMay(String origin, String host) {
        assertThat(origins.allowed(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, live.example.com",
        "https://app.example.com.evil.example, live.example.com",
        "https://evilapp.example.com, live.example.com",
        "https://app.example.com:8443, live.example.com",
        "http://app.example.com, live.example.com",
        "http://localhost:5174, localhost:8080",
        "https://live.example.com:8443, live.example.com",
        "https://live.example.com@evil.example, live.example.com",
        "https://app.example.com/path, live.example.com",
        "https://app.example.com https://evil.example, live.example.com",
        "'https://app.example.com,https://evil.example', live.example.com",
        "null, live.example.com",
        "'', live.example.com",
        "*, live.example.com",
    })
    void othersMayNot(String origin, String host) {
        assertThat(origins.allowed(origin, host)).isFalse();
    }

    @Test
    void whoeverIsNoBrowserSaysNoOrigin() {
        assertThat(origins.allowed(null, "live.example.com")).isTrue();
        assertThat(origins.allowed(null, null)).isTrue();
    }

    @Test
    void withoutAHostOnlyTheListCounts() {
        assertThat(origins.allowed("https://live.example.com", null)).isFalse();
        assertThat(origins.allowed("https://app.example.com", null)).isTrue();
    }

    @Test
    void theStarIsForAll() {
        assertThat(new Origins(Settings.origins("*")).allowed("https://evil.example", "x"))
                .isTrue();
        assertThat(new Origins(Settings.origins("*")).allowed("null", "x")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com",
                "https://*.example.com",
                "https://app.example.com/",
                "https://app.example.com/path",
                "null"
            })
    void aListThatMeansNothingExactIsRefused(String origin) {
        var settings = Settings.origins(origin);
        assertThatThrownBy(() -> new Origins(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("exact origins");
    }
}
