package io.carillon.module.agents;

import io.carillon.database.Database;
import io.carillon.module.SweptRows;

import jakarta.inject.Singleton;

/// Sets agents offline that went silent, each once, whichever node comes first.
@Singleton
final class Silence extends SweptRows {
    Silence(Database database) {
        super(database, "noticing silent agents", "select carillon_app.silence_agents(500)");
    }
}
