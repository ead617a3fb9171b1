package io.carillon.module.studio;

import io.carillon.database.Database;
import io.carillon.module.SweptRows;

import jakarta.inject.Singleton;

/// Forgets events of studios after `carillon.studio.events-kept`.
@Singleton
final class OldEvents extends SweptRows {
    OldEvents(Database database, StudioSettings settings) {
        super(
                database,
                "forgetting studio events",
                "select carillon_app.forget_studio_events(make_interval(secs => %d))"
                        .formatted(settings.eventsKept().toSeconds()));
    }
}
