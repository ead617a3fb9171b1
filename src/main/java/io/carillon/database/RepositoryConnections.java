package io.carillon.database;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionStatus;
import io.micronaut.data.connection.jdbc.operations.DataSourceConnectionOperations;
import io.micronaut.data.connection.jdbc.operations.DefaultDataSourceConnectionOperations;
import io.micronaut.data.connection.support.DefaultConnectionStatus;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.util.Optional;
import java.util.function.Function;

/// Where micronaut-data's repositories get their connection: from the transaction of [Database]
/// that the calling thread is in, and from nowhere else.
///
/// So there is one kind of transaction, one way to name who writes, one retry of deadlocks; and a
/// repository that is called outside of a transaction fails at once (`NoConnectionException`)
/// instead of writing in nobody's name. Stateless, safe for all threads.
@Singleton
@Named("default")
@Replaces(DefaultDataSourceConnectionOperations.class)
final class RepositoryConnections implements DataSourceConnectionOperations {
    @Override
    public Optional<ConnectionStatus<Connection>> findConnectionStatus() {
        return Optional.ofNullable(Database.current())
                .map(connection ->
                        new DefaultConnectionStatus<>(
                                connection, ConnectionDefinition.DEFAULT, false));
    }

    @Override
    public <R> R execute(
            ConnectionDefinition definition, Function<ConnectionStatus<Connection>, R> callback) {
        return callback.apply(getConnectionStatus());
    }
}
