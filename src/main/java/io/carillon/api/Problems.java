package io.carillon.api;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;

import jakarta.inject.Singleton;

import java.util.Locale;
import java.util.stream.Collectors;

/// Turns the framework's own errors (no such route, unreadable body, a fault of ours) into
/// [Problem]s. The code is the status in words: `not_found`, `bad_request`,
/// `internal_server_error`, ….
@Singleton
@Primary
final class Problems implements ErrorResponseProcessor<Problem> {
    @Override
    public MutableHttpResponse<Problem> processResponse(
            ErrorContext context, MutableHttpResponse<?> response) {
        var status = HttpStatus.valueOf(response.code());
        var code = status.name().toLowerCase(Locale.ROOT);
        return response.body(Problem.of(status, code, detail(context, status)))
                .contentType(Problem.MEDIA_TYPE);
    }

    private static String detail(ErrorContext context, HttpStatus status) {
        // The text of a fault may hold anything: it goes to the log only.
        if (status.getCode() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()
                || !context.hasErrors()) {
            return status.getReason();
        }
        return context.getErrors().stream()
                .map(Error::getMessage)
                .collect(Collectors.joining("; "));
    }
}
