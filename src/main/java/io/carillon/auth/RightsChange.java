package io.carillon.auth;

/// What may have changed about who may follow what: why subscriptions are checked again. Immutable.
public sealed interface RightsChange {
    /// Rows of a table that a membership query reads.
    ///
    /// @param tenant whose rows, or `*` for those of all tenants
    /// @param table the table's plain name, as `carillon.plain_name` makes it
    record Members(String tenant, String table) implements RightsChange {}

    /// A channel rule was made, changed or removed.
    ///
    /// @param pattern its pattern
    record Rule(String pattern) implements RightsChange {}

    /// Anything: changes may have been missed.
    record Unknown() implements RightsChange {}

    /// @return the tenant that it concerns, or `*` for all
    default String tenant() {
        return switch (this) {
            case Members(var tenant, var ignored) -> tenant;
            case Rule _, Unknown _ -> "*";
        };
    }
}
