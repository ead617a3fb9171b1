package io.carillon.aws;

import io.micronaut.serde.annotation.Serdeable;

import java.util.List;

/// What an archived slot consists of; written last, so that what has one is complete. Immutable.
///
/// @param format how the parts are written: `ndjson+gzip`
/// @param epoch of the log
/// @param slot of the log
/// @param seen snapshot: every event of the slot that is visible in it is in the parts
/// @param events in all parts
/// @param parts in the order of the log's blocks; ids rise within a part
@Serdeable
record Manifest(
        String format, String epoch, int slot, String seen, long events, List<ArchivePart> parts) {
    static final String FORMAT = "ndjson+gzip";
}
