package io.carillon.api;

import io.micronaut.http.HttpRequest;

import jakarta.inject.Singleton;

/// From which network address a request came, by what the trusted proxies in front
/// (`carillon.http.proxies`) say and never by what a client claims. Stateless.
@Singleton
public final class ClientAddress {
    private static final String FORWARDED = "X-Forwarded-For";

    private final int proxies;

    public ClientAddress(HttpSettings settings) {
        this.proxies = settings.proxies();
    }

    /// @param request from somewhere
    /// @return what the outermost trusted proxy added; of a request that came past one of them, and
    ///     without proxies, the other end of the connection
    public String of(HttpRequest<?> request) {
        // Each adds to the end, in the same line or in one of its own.
        var hops = String.join(",", request.getHeaders().getAll(FORWARDED)).split(",", -1);
        var hop = proxies == 0 || hops.length < proxies ? "" : hops[hops.length - proxies].strip();
        return hop.isEmpty() ? request.getRemoteAddress().getHostString() : hop;
    }
}
