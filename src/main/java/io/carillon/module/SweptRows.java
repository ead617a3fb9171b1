package io.carillon.module;

import io.carillon.database.Database;
import io.carillon.database.Writer;

/// A round that calls one SQL function of a migration, which works for all tenants and says how
/// many rows it changed. What most modules need of [Round].
public abstract class SweptRows implements Round {
    private final Database database;
    private final String name;
    private final String sql;

    /// @param database where
    /// @param name two or three words for the log
    /// @param sql a SELECT that returns a number
    protected SweptRows(Database database, String name, String sql) {
        this.database = database;
        this.name = name;
        this.sql = sql;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int run() {
        return database.write(
                Writer.NODE,
                connection -> {
                    try (var statement = connection.createStatement();
                            var rows = statement.executeQuery(sql)) {
                        rows.next();
                        return rows.getInt(1);
                    }
                });
    }
}
