package io.carillon.api;

import io.carillon.wire.JsonText;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What Postgres cannot hold comes in with no body: a NUL character, half a surrogate pair, a
/// number that no double can hold (400 `unstorable`). Bodies are read as strictly as messages of
/// the wires, see [JsonText]: a member that comes twice is refused too (400 `bad_request`).
///
/// The usual body is read once, by its route, which is as strict about JSON (`micronaut.serde` in
/// `application.yml`): only what is not [Plain], or what no route reads, is read here.
///
/// After security, so that only who may ask at all is read.
@ServerFilter("/api/**")
final class Unstorable implements Ordered {
    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.after();
    }

    @RequestFilter
    @Nullable HttpResponse<?> check(HttpRequest<?> request, @Body byte @Nullable [] body) {
        return body == null || body.length == 0 || !json(request) || Plain.is(body) && read(request)
                ? null
                : judged(body);
    }

    /// Some routes take no body, and would let anything be sent with them.
    private static boolean read(HttpRequest<?> request) {
        return RouteAttributes.getRouteInfo(request)
                .flatMap(RouteInfo::getRequestBodyType)
                .isPresent();
    }

    /// Other types are refused by the routes.
    private static boolean json(HttpRequest<?> request) {
        return request.getContentType()
                .map(type -> type.getSubtype().endsWith("json"))
                .orElse(true);
    }

    private static @Nullable HttpResponse<?> judged(byte[] body) {
        var text = JsonText.utf8(ByteBuffer.wrap(body));
        if (text == null) {
            return refused("bad_request", "the body is no UTF-8");
        }
        try (var json = JsonText.parser(text)) {
            json.nextToken();
            var fault = JsonText.value(json, text).fault();
            if (fault == null && json.nextToken() != null) {
                fault = "more than one value";
            }
            return fault == null ? null : refused("unstorable", "the body holds " + fault);
        } catch (IOException notJson) {
            return refused("bad_request", "the body is not JSON: " + notJson.getMessage());
        }
    }

    private static HttpResponse<?> refused(String code, String detail) {
        return Problem.answer(HttpStatus.BAD_REQUEST, code, detail);
    }
}
