package io.carillon.module;

import io.carillon.database.Database;

import jakarta.inject.Singleton;

/// Forgets idempotency keys whose time is over.
@Singleton
final class KeysForgotten extends SweptRows {
    KeysForgotten(Database database, ModuleSettings settings) {
        super(
                database,
                "forgetting idempotency keys",
                "select carillon_app.forget_keys(make_interval(secs => %d))"
                        .formatted(settings.keysKept().toSeconds()));
    }
}
