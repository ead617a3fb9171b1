package io.carillon.module.studio;

import io.micronaut.serde.annotation.Serdeable;

/// What became of a batch.
///
/// @param studio whose samples
/// @param run of the batch
/// @param next the window that is expected next: everything before it is counted and committed
/// @param counted windows of the batch that are new
/// @param repeated windows of the batch that were counted before
@Serdeable
record Receipt(String studio, String run, long next, int counted, int repeated) {}
