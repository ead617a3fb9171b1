/// Postgres: where it is (embedded or given), that it is right, which role works, schema, pool,
/// transactions.
@NullMarked
package io.carillon.database;

import org.jspecify.annotations.NullMarked;
