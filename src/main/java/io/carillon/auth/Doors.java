package io.carillon.auth;

import io.micronaut.http.HttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.RouteMatch;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import reactor.core.publisher.Mono;

/// Which requests need a token.
///
/// - A route that says something itself (`@Secured`) is judged by that, on micronaut-security's
///   rule.
/// - Every other route under `/api` needs a token.
/// - Every other route elsewhere is closed: micronaut-security rejects what nobody allowed. So a
///   new endpoint is closed until somebody says that it is open.
/// - Where there is no route: static files and 404s are open; under `/api` a token is asked first,
///   so that strangers cannot find out what exists. `/api/demo` is the exception: outside of
///   development it does not exist, for anybody.
@Singleton
final class Doors implements SecurityRule<HttpRequest<?>> {
    private static final String API = "/api/";
    private static final String DEMO = "/api/demo/";

    @Override
    public Publisher<SecurityRuleResult> check(
            @Nullable HttpRequest<?> request, @Nullable Authentication authentication) {
        return Mono.just(
                request == null ? SecurityRuleResult.REJECTED : judge(request, authentication));
    }

    /// Before micronaut-security's rules.
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 1_000;
    }

    private static SecurityRuleResult judge(
            HttpRequest<?> request, @Nullable Authentication authentication) {
        var path = request.getPath();
        var route = request.getAttribute(HttpAttributes.ROUTE_MATCH, RouteMatch.class).orElse(null);
        if (route != null && route.getAnnotationMetadata().hasAnnotation(Secured.class)) {
            return SecurityRuleResult.UNKNOWN;
        }
        if (path.startsWith(API) && !(route == null && path.startsWith(DEMO))) {
            return authentication == null
                    ? SecurityRuleResult.REJECTED
                    : SecurityRuleResult.ALLOWED;
        }
        return route == null ? SecurityRuleResult.ALLOWED : SecurityRuleResult.UNKNOWN;
    }
}
