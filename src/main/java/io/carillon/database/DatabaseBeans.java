package io.carillon.database;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

import javax.sql.DataSource;

/// Puts the room together at start, before the server listens. On the way down the order is the
/// reverse: the pool closes before the embedded Postgres stops.
@Factory
final class DatabaseBeans {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseBeans.class);

    @Singleton
    @Bean(preDestroy = "stop")
    @Requires(missingProperty = "carillon.database.url")
    EmbeddedPostgres embeddedPostgres(EmbeddedConfig config) {
        var postgres = new EmbeddedPostgres(config);
        postgres.start();
        LOG.info("embedded Postgres {} in {}", postgres.port(), postgres.location());
        LOG.info("look inside: {}", postgres.psqlLine());
        return postgres;
    }

    @Context
    @Bean(preDestroy = "close")
    OpenDatabase openDatabase(
            DatabaseConfig config, Optional<EmbeddedPostgres> embedded, Optional<Logins> logins) {
        if (embedded.isPresent()) {
            var postgres = embedded.get();
            return DatabaseStart.open(
                    config.at(postgres.jdbcUrl(EmbeddedPostgres.DATABASE), postgres.login()));
        }
        return DatabaseStart.open(config, logins.orElse(Logins.AS_CONFIGURED));
    }

    @Singleton
    Database database(OpenDatabase open) {
        return open.database();
    }

    @Singleton
    @Requires(property = "carillon.mode", value = "development")
    OwnerAccess ownerAccess(OpenDatabase open) {
        return open.owner();
    }

    @Singleton
    @Named("default")
    DataSource dataSource(OpenDatabase open) {
        return open.pool();
    }
}
