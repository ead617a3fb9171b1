package io.carillon.module.approvals;

import io.carillon.database.Database;
import io.carillon.module.SweptRows;

import jakarta.inject.Singleton;

/// Expires what is due, each approval exactly once, whichever node comes first; what fell due while
/// no node ran is expired by the first that starts.
@Singleton
final class Expiry extends SweptRows {
    Expiry(Database database) {
        super(database, "expiring approvals", "select carillon_app.expire_approvals(500)");
    }
}
