package io.carillon.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.database.Writer;
import io.micronaut.data.connection.exceptions.NoConnectionException;
import io.micronaut.data.jdbc.runtime.JdbcOperations;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Map;

class StoreTest {
    private static final Writer ANA = new Writer("acme", "ana", "request-1", "click-1");

    private static ModuleNode node;
    private static Store store;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        store = node.node().bean(Store.class);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String written() {
        return node.node()
                .ask("select count(*) from carillon.event where type = 'approval.expired'");
    }

    @Test
    @Tag("C9")
    void aPayloadThatIsNotWhatItsTypeSaysIsRefusedBeforeTheCommit() {
        var before = written();
        var refused =
                catchThrowableOfType(
                        Refused.class,
                        () ->
                                store.<Boolean>write(
                                        ANA,
                                        connection -> {
                                            store.emit(
                                                    connection,
                                                    ANA,
                                                    "approvals",
                                                    "approval.expired",
                                                    Map.of("id", 5));
                                            return true;
                                        }));
        assertThat(refused.code()).isEqualTo("event_invalid");
        assertThat(refused.status().getCode()).isEqualTo(422);
        assertThat(written()).isEqualTo(before);
    }

    @Test
    @Tag("C9")
    void alsoWhenATriggerWroteIt() {
        var refused =
                catchThrowableOfType(
                        Refused.class,
                        () ->
                                store.<Boolean>write(
                                        ANA,
                                        connection -> {
                                            try (var statement = connection.createStatement()) {
                                                return statement.execute(
                                                        "select carillon.emit('acme', 'agents',"
                                                            + " 'agent.status.changed',"
                                                            + " '{\"agentId\": \"a\", \"status\":"
                                                            + " \"asleep\"}')");
                                            }
                                        }));
        assertThat(refused.code()).isEqualTo("event_invalid");
    }

    @Test
    void aRepositoryOutsideOfATransactionIsRefused() {
        var operations = node.node().bean(JdbcOperations.class);
        assertThatThrownBy(() -> operations.prepareStatement("select 1", it -> it.execute()))
                .isInstanceOf(NoConnectionException.class);
        assertThat(
                        store.<Boolean>write(
                                ANA,
                                _ -> operations.prepareStatement("select 1", it -> it.execute())))
                .isTrue();
    }
}
