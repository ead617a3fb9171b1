package io.carillon.hub;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// What the hub keeps in memory.
///
/// @param ring bytes of recent events, from which recoveries are served without a query; 1 MiB to
///     16 GiB
@ConfigurationProperties("carillon.hub")
public record HubSettings(
        @Bindable(defaultValue = "67108864") @Min(1_048_576) @Max(17_179_869_184L) long ring) {}
