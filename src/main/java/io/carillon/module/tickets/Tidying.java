package io.carillon.module.tickets;

import io.carillon.database.Database;
import io.carillon.database.Writer;
import io.carillon.module.Round;

import jakarta.inject.Singleton;

/// Cancels what waits since before its tenant's midnight and deletes what is old, whichever node
/// comes first, every `carillon.tickets.tidy`. Only [io.carillon.module.Rounds] calls it.
@Singleton
final class Tidying implements Round {
    private static final int MOST = 500;

    private final Database database;
    private final TicketSettings settings;
    private long next = System.nanoTime();

    Tidying(Database database, TicketSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "tidying the queue";
    }

    @Override
    public int run() {
        var now = System.nanoTime();
        if (now - next < 0) {
            return 0;
        }
        var done = tidy();
        if (done == 0) {
            next = now + settings.tidy().toNanos();
        }
        return done;
    }

    private int tidy() {
        return database.write(
                Writer.NODE,
                connection -> {
                    var sql = "select carillon_app.tidy_queue(? * interval '1 second', ?)";
                    try (var statement = connection.prepareStatement(sql)) {
                        statement.setLong(1, settings.kept().toSeconds());
                        statement.setInt(2, MOST);
                        try (var rows = statement.executeQuery()) {
                            rows.next();
                            return rows.getInt(1);
                        }
                    }
                });
    }
}
