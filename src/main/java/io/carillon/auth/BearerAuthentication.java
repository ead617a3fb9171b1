package io.carillon.auth;

import io.carillon.identity.Principal;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.token.TokenAuthenticationFetcher;

import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/// REST's way to [Tokens]: `Authorization: Bearer …`, and nothing else (no cookie, no query).
///
/// It takes the place of micronaut-security's own, which lets any validator's yes count, tells no
/// reason, and writes tokens into its debug log. Runs on a virtual thread.
@Singleton
@Replaces(TokenAuthenticationFetcher.class)
public final class BearerAuthentication implements AuthenticationFetcher<HttpRequest<?>> {
    private static final String SCHEME = "Bearer ";
    private static final String ADMISSION = "carillon.admission";

    private final Tokens tokens;
    private final Scheduler scheduler;

    BearerAuthentication(Tokens tokens, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.tokens = tokens;
        this.scheduler = Schedulers.fromExecutorService(blocking);
    }

    @Override
    public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
        var token = token(request);
        if (token == null) {
            return Mono.empty();
        }
        return Mono.fromCallable(() -> tokens.principal(token))
                .subscribeOn(scheduler)
                .mapNotNull(admission -> authentication(request, admission));
    }

    /// What became of the request's token, for whoever answers it.
    ///
    /// @param request a request that passed the security filter
    /// @return the answer of [Tokens]; null when the request brought no bearer token
    public static @Nullable Admission admission(HttpRequest<?> request) {
        return request.getAttribute(ADMISSION, Admission.class).orElse(null);
    }

    /// @param request any request
    /// @return the text after `Bearer` in its `Authorization` header, or null
    public static @Nullable String token(HttpRequest<?> request) {
        var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : null;
    }

    private static @Nullable Authentication authentication(
            HttpRequest<?> request, Admission admission) {
        request.setAttribute(ADMISSION, admission);
        return switch (admission) {
            case Admission.Valid(var principal) -> new Bearer(principal);
            case Admission.Refused _ -> null;
        };
    }

    /// A principal as micronaut-security sees it, for its `@Secured` roles.
    private record Bearer(Principal principal) implements Authentication {
        @Override
        public String getName() {
            return principal.user();
        }

        @Override
        public Collection<String> getRoles() {
            return principal.roles();
        }

        @Override
        public Map<String, Object> getAttributes() {
            return Map.of("roles", principal.roles());
        }
    }
}
