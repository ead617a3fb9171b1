package io.carillon.auth;

/// What somebody may see and steer under `/api/admin`: the answer of [Overseers].
public sealed interface Scope {
    /// Every tenant: an operator of the installation.
    record AllTenants() implements Scope {}

    /// @param tenant the principal's own, of which it is an administrator
    record OneTenant(String tenant) implements Scope {}

    /// Nothing: neither administrator nor operator.
    record Nothing() implements Scope {}

    /// @param tenant a tenant
    /// @return whether it is within the scope
    default boolean includes(String tenant) {
        return switch (this) {
            case AllTenants() -> true;
            case OneTenant(var own) -> own.equals(tenant);
            case Nothing() -> false;
        };
    }
}
