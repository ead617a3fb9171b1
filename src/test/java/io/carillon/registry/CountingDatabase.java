package io.carillon.registry;

import io.carillon.database.Database;
import io.carillon.database.PostgresFixture.FreshDatabase;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

/// Connections as the runtime role, and how many statements went over them.
final class CountingDatabase {
    final AtomicLong statements = new AtomicLong();
    final Database database;

    CountingDatabase(FreshDatabase fresh) {
        var noPool =
                (DataSource)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {DataSource.class},
                                (proxy, method, arguments) -> fresh.asRuntime());
        database = new Database(noPool, purpose -> counted(fresh.asRuntime()));
    }

    private Connection counted(Connection connection) {
        return proxy(Connection.class, connection);
    }

    private <T> T proxy(Class<T> type, T target) {
        return type.cast(
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (target instanceof Statement
                                    && method.getName().startsWith("execute")) {
                                statements.incrementAndGet();
                            }
                            try {
                                var result = method.invoke(target, arguments);
                                return switch (result) {
                                    case java.sql.PreparedStatement it ->
                                            proxy(java.sql.PreparedStatement.class, it);
                                    case Statement it -> proxy(Statement.class, it);
                                    case null -> null;
                                    default -> result;
                                };
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause() instanceof SQLException sql
                                        ? sql
                                        : failed.getCause();
                            }
                        }));
    }
}
