package io.carillon.aws;

import io.micronaut.serde.annotation.Serdeable;

/// One object of an archive: a stretch of a slot's blocks. Immutable.
///
/// @param key of the object
/// @param events lines in it
/// @param firstId smallest event id in it, 0 when it is empty
/// @param lastId largest event id in it, 0 when it is empty
/// @param bytes of the object, compressed
/// @param sha256 of the object, hexadecimal
@Serdeable
record ArchivePart(String key, long events, long firstId, long lastId, long bytes, String sha256) {}
