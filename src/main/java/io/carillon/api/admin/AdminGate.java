package io.carillon.api.admin;

import io.carillon.api.Problem;
import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.auth.Overseers;
import io.carillon.auth.Scope;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import io.micronaut.http.filter.ServerFilterPhase;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// Lets nobody below `/api/admin` who is neither administrator nor operator (403 `forbidden`),
/// whatever a controller there forgets; and no answer into a cache.
///
/// A controller takes the caller's [Scope] as a parameter and shows no more than that. After
/// security, which has judged the token.
@ServerFilter("/api/admin/**")
final class AdminGate implements Ordered {
    private final Overseers overseers;

    AdminGate(Overseers overseers) {
        this.overseers = overseers;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.after();
    }

    @RequestFilter
    @Nullable HttpResponse<?> check(HttpRequest<?> request) {
        return scope(request, overseers) instanceof Scope.Nothing
                ? Problem.answer(HttpStatus.FORBIDDEN, "forbidden", "this is not for your roles")
                : null;
    }

    @ResponseFilter
    void keepOut(MutableHttpResponse<?> response) {
        response.header(HttpHeaders.CACHE_CONTROL, "private, no-store");
    }

    private static Scope scope(HttpRequest<?> request, Overseers overseers) {
        return BearerAuthentication.admission(request) instanceof Admission.Valid(var principal)
                ? overseers.scope(principal)
                : new Scope.Nothing();
    }

    /// Lets a controller's method take the caller's [Scope] as a parameter.
    @Singleton
    static final class ScopeBinder implements TypedRequestArgumentBinder<Scope> {
        private final Overseers overseers;

        ScopeBinder(Overseers overseers) {
            this.overseers = overseers;
        }

        @Override
        public Argument<Scope> argumentType() {
            return Argument.of(Scope.class);
        }

        @Override
        public BindingResult<Scope> bind(
                ArgumentConversionContext<Scope> context, HttpRequest<?> request) {
            return () -> Optional.of(scope(request, overseers));
        }
    }
}
