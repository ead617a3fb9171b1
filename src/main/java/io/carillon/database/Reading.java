package io.carillon.database;

import org.jspecify.annotations.Nullable;

/// A value together with the moment at which it was read: what [Database#readAt] returns and a REST
/// answer carries as `Carillon-Cursor`. Whoever follows from the cursor has no hole and no overlap
/// with the value.
///
/// @param value what the work returned
/// @param cursor the text of `carillon.cursor()` of the very snapshot that the value was read from
public record Reading<T extends @Nullable Object>(T value, String cursor) {}
