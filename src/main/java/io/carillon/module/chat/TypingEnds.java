package io.carillon.module.chat;

import io.carillon.database.Database;
import io.carillon.module.SweptRows;

import jakarta.inject.Singleton;

/// Takes away the typing of those who have not said it again, and tells that they stopped: a page
/// that was closed says nothing itself.
@Singleton
final class TypingEnds extends SweptRows {
    TypingEnds(Database database) {
        super(database, "ending typing", "select carillon_app.end_typing(500)");
    }
}
