package io.carillon.api;

import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.auth.Refusal;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;

import jakarta.inject.Singleton;

/// Says why somebody was not let in: 401 with the reason that [io.carillon.auth.Tokens] gave, or
/// 403.
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class RefusalHandler implements ExceptionHandler<AuthorizationException, HttpResponse<?>> {
    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<?> handle(HttpRequest request, AuthorizationException exception) {
        if (exception.isForbidden()) {
            return Problem.answer(HttpStatus.FORBIDDEN, "forbidden", "this is not for your roles");
        }
        if (!(BearerAuthentication.admission(request)
                instanceof Admission.Refused(var code, var message))) {
            return unauthorized(
                    Refusal.TOKEN_MISSING, "send a token: Authorization: Bearer …", "Bearer");
        }
        return code.retry()
                ? Problem.answer(HttpStatus.SERVICE_UNAVAILABLE, code.code(), message)
                        .header(HttpHeaders.RETRY_AFTER, "5")
                : unauthorized(code, message, "Bearer error=\"invalid_token\"");
    }

    private static HttpResponse<?> unauthorized(Refusal code, String message, String challenge) {
        return Problem.answer(HttpStatus.UNAUTHORIZED, code.code(), message)
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }
}
