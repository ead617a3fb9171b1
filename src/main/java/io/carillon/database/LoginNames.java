package io.carillon.database;

/// How an error line calls a login's two settings.
///
/// @param user e.g. `CARILLON_DATABASE_USER`
/// @param password e.g. `CARILLON_DATABASE_PASSWORD`
record LoginNames(String user, String password) {
    static final LoginNames RUNTIME =
            new LoginNames("CARILLON_DATABASE_USER", "CARILLON_DATABASE_PASSWORD");
    static final LoginNames OWNER =
            new LoginNames("CARILLON_DATABASE_OWNER_USER", "CARILLON_DATABASE_OWNER_PASSWORD");
}
