package io.carillon.node;

import io.carillon.connection.OpenConnections;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/// While the node drains, every answer is the last of its channel: a client or balancer that keeps
/// channels open asks the next question elsewhere, and finds none of them closed under it.
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class LastAnswers {
    private final OpenConnections connections;

    LastAnswers(OpenConnections connections) {
        this.connections = connections;
    }

    @ResponseFilter
    void answered(MutableHttpResponse<?> response) {
        if (connections.draining()) {
            response.header(HttpHeaders.CONNECTION, "close");
        }
    }
}
