package io.carillon.module.studio;

import io.carillon.database.Database;
import io.carillon.module.SweptRows;

import jakarta.inject.Singleton;

/// Ends streams whose probes went silent, each once, whichever node comes first; also those that
/// fell silent while no node ran.
@Singleton
final class SilentStreams extends SweptRows {
    SilentStreams(Database database) {
        super(database, "ending silent streams", "select carillon_app.end_silent_streams(100)");
    }
}
