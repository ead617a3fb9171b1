package io.carillon.database;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.bind.annotation.Bindable;

import java.nio.file.Path;

/// Where the embedded Postgres lives. Only read when `carillon.database.url` is not set.
///
/// @param folder its data, password, port and log; made when missing, relative to the working
///     directory. `CARILLON_DATABASE_EMBEDDED_FOLDER`, default `.data/postgres`
/// @param binaries where its programs are unpacked to; empty means `bin` in the folder.
///     `CARILLON_DATABASE_EMBEDDED_BINARIES`
/// @param port on 127.0.0.1, 0 to 65535; 0 takes a free one at the first start and keeps it.
///     `CARILLON_DATABASE_EMBEDDED_PORT`, default 0
/// @param durable fsync and full_page_writes on, so that a power cut loses no committed event; off
///     is for tests, which may still kill Postgres. `CARILLON_DATABASE_EMBEDDED_DURABLE`, default
///     true
@ConfigurationProperties("carillon.database.embedded")
public record EmbeddedConfig(
        @Bindable(defaultValue = ".data/postgres") String folder,
        @Bindable(defaultValue = "") String binaries,
        @Bindable(defaultValue = "0") int port,
        @Bindable(defaultValue = "true") boolean durable) {

    public EmbeddedConfig {
        if (folder.isBlank()) {
            throw new ConfigurationException(
                    "carillon.database.embedded.folder is empty: give a folder, e.g."
                            + " .data/postgres");
        }
        within("carillon.database.embedded.port", port, 0, 65_535);
    }

    Path folderPath() {
        return Path.of(folder).toAbsolutePath().normalize();
    }

    Path binariesPath() {
        return binaries.isBlank()
                ? folderPath().resolve("bin")
                : Path.of(binaries).toAbsolutePath().normalize();
    }
}
