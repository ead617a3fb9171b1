package io.carillon.configuration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.ConfigurationException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

/// A wrong setting ends the start with one line that names it.
class SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "carillon.database.pool-size, abc, whole number, CARILLON_DATABASE_POOL_SIZE",
        "carillon.tail.sleep, soon, duration such as 250ms, CARILLON_TAIL_SLEEP",
        "carillon.tail.page, 7, give 100 to 100000, CARILLON_TAIL_PAGE",
        "carillon.hub.ring, 12, give 1048576 to 17179869184, CARILLON_HUB_RING",
        "carillon.connection.ping-interval, 1h, give 1s to 300s, CARILLON_CONNECTION_PING_INTERVAL",
        "carillon.transport.max-message, 1, give 1024 to 1048576, CARILLON_TRANSPORT_MAX_MESSAGE"
    })
    void aWrongValueIsNamedWithItsVariable(
            String name, String value, String meaning, String variable) {
        assertThatThrownBy(() ->
                        ApplicationContext.run(
                                        Map.of(
                                                name,
                                                value,
                                                "carillon.mode",
                                                "development",
                                                "carillon.database.url",
                                                "postgresql://127.0.0.1:1/none"))
                                .close())
                .rootCause()
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains(name, meaning, variable)
                .doesNotContain("\n");
    }
}
