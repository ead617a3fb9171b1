package io.carillon.database;

import java.sql.SQLException;

/// Says with which login the next connection to Postgres is opened; the seam for passwords that
/// change while a node runs (tokens that live for minutes, secrets that rotate).
///
/// Asked by [DatabaseStart] and by everything that connects later: once per connection. Without a
/// bean of this type connections are opened as configured. Room `aws` has two.
///
/// Threads: safe for all; may block.
public interface Logins {
    /// What the settings say, always.
    Logins AS_CONFIGURED =
            new Logins() {
                @Override
                public Login working(Login configured, String hosts) {
                    return configured;
                }

                @Override
                public Login owner(Login configured, String hosts) {
                    return configured;
                }
            };

    /// @param configured the login of the running product as the settings say it
    /// @param hosts `host:port`, several with commas
    /// @return with what to log in now
    /// @throws SQLException nothing is known yet; counts as a failed connection
    Login working(Login configured, String hosts) throws SQLException;

    /// @param configured the migrating login as the settings say it
    /// @param hosts `host:port`, several with commas
    /// @return with what to log in now
    /// @throws SQLException nothing is known yet; counts as a failed connection
    Login owner(Login configured, String hosts) throws SQLException;

    /// Postgres did not take a login: perhaps it was changed a moment ago.
    ///
    /// @param refused what was tried
    /// @return whether something else is known now, so that another try is worth it
    default boolean renewed(Login refused) {
        return false;
    }
}
