package io.carillon.database;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Which Postgres, and with which logins. Without a [#url] the embedded one is started
/// ([EmbeddedConfig]).
///
/// @param url `postgresql://host:port/database` or `jdbc:postgresql://…`, Postgres 15 or newer,
///     never a standby; may carry user and password. `CARILLON_DATABASE_URL`, default empty:
///     embedded
/// @param user the login of the running product. `CARILLON_DATABASE_USER`
/// @param password its password. `CARILLON_DATABASE_PASSWORD`
/// @param ownerUser a second login that owns schema `carillon` and migrates it; empty means that
///     [#user] may make and take both roles itself. `CARILLON_DATABASE_OWNER_USER`
/// @param ownerPassword its password. `CARILLON_DATABASE_OWNER_PASSWORD`
/// @param poolSize transactions at a time, 1 to 1000. `CARILLON_DATABASE_POOL_SIZE`, default 16
/// @param poolWait how long a transaction waits for a free connection before it is refused, 250 ms
///     to 60 s. `CARILLON_DATABASE_POOL_WAIT`, default 5s
/// @param migrations where Flyway finds the SQL, comma-separated. `CARILLON_DATABASE_MIGRATIONS`,
///     default `classpath:db/migration`
@ConfigurationProperties("carillon.database")
public record DatabaseConfig(
        @Bindable(defaultValue = "") String url,
        @Bindable(defaultValue = "") String user,
        @Bindable(defaultValue = "") String password,
        @Bindable(defaultValue = "") String ownerUser,
        @Bindable(defaultValue = "") String ownerPassword,
        @Bindable(defaultValue = "16") int poolSize,
        @Bindable(defaultValue = "5s") Duration poolWait,
        @Bindable(defaultValue = DatabaseConfig.MIGRATIONS) String migrations) {

    /// Where the product's own SQL lies.
    public static final String MIGRATIONS = "classpath:db/migration";

    public DatabaseConfig {
        within("carillon.database.pool-size", poolSize, 1, 1_000);
        within(
                "carillon.database.pool-wait",
                poolWait,
                Duration.ofMillis(250),
                Duration.ofSeconds(60));
        if (url.isBlank() && !ownerUser.isBlank()) {
            throw new ConfigurationException(
                    "carillon.database.owner-user is set but carillon.database.url is not: the"
                            + " embedded Postgres needs no logins, your own needs"
                            + " CARILLON_DATABASE_URL");
        }
    }

    /// @param url the address
    /// @param user the login of the running product, or the only one
    /// @return everything else as by default
    public static DatabaseConfig of(String url, Login user) {
        return new DatabaseConfig(
                url, user.user(), user.password(), "", "", 16, Duration.ofSeconds(5), MIGRATIONS);
    }

    /// @param elsewhere another address
    /// @param login another login
    /// @return the same for that server
    DatabaseConfig at(String elsewhere, Login login) {
        return new DatabaseConfig(
                elsewhere, login.user(), login.password(), "", "", poolSize, poolWait, migrations);
    }

    /// @param owner the login that migrates
    /// @return the same with two logins
    public DatabaseConfig ownedBy(Login owner) {
        return new DatabaseConfig(
                url,
                user,
                password,
                owner.user(),
                owner.password(),
                poolSize,
                poolWait,
                migrations);
    }

    /// @param size transactions at a time
    /// @param wait for a free connection
    /// @return the same with another pool
    public DatabaseConfig pooled(int size, Duration wait) {
        return new DatabaseConfig(
                url, user, password, ownerUser, ownerPassword, size, wait, migrations);
    }

    /// @param locations of SQL, comma-separated
    /// @return the same with other migrations
    public DatabaseConfig migratedFrom(String locations) {
        return new DatabaseConfig(
                url, user, password, ownerUser, ownerPassword, poolSize, poolWait, locations);
    }

    /// Without passwords: a configuration may end in a log.
    @Override
    public String toString() {
        return "DatabaseConfig[user="
                + user
                + ", ownerUser="
                + ownerUser
                + ", poolSize="
                + poolSize
                + "]";
    }
}
