/// Polls: a connection that lives for one answer.
///
/// Way in: [io.carillon.transport.polling.Polls#answer]. Nothing is kept between polls: any node
/// answers, from the cursor alone.
///
/// Owns no tables.
@NullMarked
package io.carillon.transport.polling;

import org.jspecify.annotations.NullMarked;
