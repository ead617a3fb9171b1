package io.carillon.registry;

import io.micronaut.context.annotation.ConfigurationProperties;

import org.jspecify.annotations.Nullable;

/// Where this node is found.
///
/// @param address host and port at which other nodes reach this one, such as `10.0.3.7:8080`;
///     unset: the address of this host and the port that the server is bound to
@ConfigurationProperties("carillon.node")
public record AddressSettings(@Nullable String address) {

    public AddressSettings {
        address = address == null || address.isBlank() ? null : address.strip();
    }
}
