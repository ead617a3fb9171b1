package io.carillon.api;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What stands between clients and a node.
///
/// @param proxies how many proxies that you trust are in front, each of which adds the address it
///     was asked from to `X-Forwarded-For`: a balancer is one, a CDN before it another. What is
///     limited by network address goes by the one that the outermost of them added. 0: the header
///     is not looked at; 0 to 10
@ConfigurationProperties("carillon.http")
public record HttpSettings(@Bindable(defaultValue = "0") int proxies) {
    public HttpSettings {
        within("carillon.http.proxies", proxies, 0, 10);
    }
}
