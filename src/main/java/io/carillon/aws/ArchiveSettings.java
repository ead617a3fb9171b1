package io.carillon.aws;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Where old events go before their slot of the log is emptied.
///
/// @param bucket name of an S3 bucket; default empty: old events are dropped
/// @param prefix first part of the objects' names; default `events`
/// @param pages blocks of 8 KiB of the log that one object is made of, 16 to 65,536; default 4,096
///     (32 MiB)
/// @param every how often the node looks whether there is something to archive, 1 s to 1 h; default
///     1 min
@ConfigurationProperties("carillon.aws.archive")
public record ArchiveSettings(
        @Bindable(defaultValue = "") String bucket,
        @Bindable(defaultValue = "events") String prefix,
        @Bindable(defaultValue = "4096") int pages,
        @Bindable(defaultValue = "1m") Duration every) {

    public ArchiveSettings {
        within("carillon.aws.archive.pages", pages, 16, 65_536);
        within("carillon.aws.archive.every", every, Duration.ofSeconds(1), Duration.ofHours(1));
    }
}
