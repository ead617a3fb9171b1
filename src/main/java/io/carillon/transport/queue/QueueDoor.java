package io.carillon.transport.queue;

import io.carillon.auth.Origins;
import io.carillon.connection.OpenConnections;
import io.carillon.transport.Problem;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;

import org.jspecify.annotations.Nullable;

/// Before `/ws`: which pages may knock, and whether there is room. Answers by HTTP, before there is
/// a WebSocket. The framework's cross-origin rules do not look at upgrades.
@ServerFilter("/ws/**")
final class QueueDoor implements Ordered {
    private static final int SEGMENTS = 4;

    private final Origins origins;
    private final OpenConnections connections;

    QueueDoor(Origins origins, OpenConnections connections) {
        this.origins = origins;
        this.connections = connections;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.before();
    }

    @RequestFilter
    @Nullable HttpResponse<?> judge(HttpRequest<?> request) {
        var headers = request.getHeaders();
        if (!origins.allowed(headers.get(HttpHeaders.ORIGIN), headers.get(HttpHeaders.HOST))) {
            return Problem.answer(
                    HttpStatus.FORBIDDEN,
                    "origin_forbidden",
                    "this page's origin is not allowed: list it in carillon.auth.origins");
        }
        var path = request.getPath().split("/", -1);
        if (path.length != SEGMENTS || ClientType.of(path[SEGMENTS - 1]) == null) {
            return Problem.answer(
                    HttpStatus.NOT_FOUND,
                    "client_type",
                    "the path is /ws/{tenant}/ and operator, general, totem or display");
        }
        if (!"websocket".equalsIgnoreCase(headers.get(HttpHeaders.UPGRADE))) {
            return Problem.answer(
                            HttpStatus.UPGRADE_REQUIRED,
                            "upgrade_required",
                            "this address takes WebSocket upgrades only")
                    .header(HttpHeaders.UPGRADE, "websocket");
        }
        return connections.welcome()
                ? null
                : Problem.answer(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "unavailable",
                        "this node takes no connections now: try again");
    }
}
