package io.carillon.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.PostgresFixture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The tables of the modules and the catalogue say the same: which columns are sent, and what SQL
/// can check of them.
@Tag("C9")
class CatalogueChecksTest {
    private static final Catalogue CATALOGUE = Catalogue.load();

    private static PostgresFixture.FreshDatabase database;

    @BeforeAll
    static void start() {
        database = PostgresFixture.freshDatabase();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    static Stream<EventType> rows() {
        return CATALOGUE.types().stream()
                .filter(type -> type.table() != null && type.type().endsWith(".created"));
    }

    private static Map<String, String> constraints(Connection connection, String table)
            throws SQLException {
        var found = new TreeMap<String, String>();
        var sql =
                "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid ="
                        + " to_regclass(?) and starts_with(conname, 'catalogue_')";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, table);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itsTableChecksWhatItsSchemaSays(EventType type) throws SQLException {
        var module =
                CATALOGUE.modules().stream()
                        .filter(one -> one.name().equals(type.module()))
                        .findFirst()
                        .orElseThrow();
        var name = type.payload().at("/properties/row/$ref").asText();
        var row = module.schemas().get(References.name(name));
        try (var connection = database.asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("create temp table probe (like " + type.table() + ")");
            for (var check : SqlChecks.of(row, module.schemas()).entrySet()) {
                statement.execute(
                        "alter table probe add constraint catalogue_%s check (%s)"
                                .formatted(check.getKey(), check.getValue()));
            }
            assertThat(constraints(connection, type.table()))
                    .as("constraints of %s", type.table())
                    .isEqualTo(constraints(connection, "probe"));
            var watched =
                    "select array_to_string(columns, ' ') from carillon.watched where \"table\" = '"
                            + type.table()
                            + "'::regclass";
            try (var rows = statement.executeQuery(watched)) {
                assertThat(rows.next()).as("%s is watched", type.table()).isTrue();
                var declared = new TreeSet<String>();
                row.get("properties").fieldNames().forEachRemaining(declared::add);
                assertThat(rows.getString(1).split(" "))
                        .containsExactlyInAnyOrderElementsOf(declared);
            }
        }
    }
}
