package io.carillon.database;

/// With what one logs in to Postgres.
///
/// @param user a role with LOGIN
/// @param password empty when the server asks for none (trust, peer, certificate)
public record Login(String user, String password) {
    /// Without the password: a login may end in a log.
    @Override
    public String toString() {
        return user;
    }
}
