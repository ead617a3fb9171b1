package io.carillon.module.notifications;

import io.carillon.database.Database;
import io.carillon.module.SweptRows;

import jakarta.inject.Singleton;

/// Deletes notifications that are older than they are kept.
@Singleton
final class OldOnes extends SweptRows {
    OldOnes(Database database, NotificationSettings settings) {
        super(
                database,
                "deleting old notifications",
                "select carillon_app.forget_notifications(make_interval(secs => %d), 1000)"
                        .formatted(settings.kept().toSeconds()));
    }
}
