package io.carillon.api;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.validation.exceptions.ConstraintExceptionHandler;

import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.StreamSupport;

/// Says which members of a request break which rule: 400 `invalid` with `errors`.
@Singleton
@Replaces(ConstraintExceptionHandler.class)
final class InvalidHandler
        implements ExceptionHandler<ConstraintViolationException, HttpResponse<?>> {
    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<?> handle(HttpRequest request, ConstraintViolationException exception) {
        var faults =
                exception.getConstraintViolations().stream()
                        .map(InvalidHandler::fault)
                        .sorted(Comparator.comparing(Invalid.Fault::field))
                        .toList();
        return HttpResponse.badRequest(Invalid.of(faults)).contentType(Problem.MEDIA_TYPE);
    }

    private static Invalid.Fault fault(ConstraintViolation<?> violation) {
        // The path begins with the method, and with the parameter that holds the body.
        var path =
                StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                        .map(String::valueOf)
                        .toList();
        var field = path.subList(Math.min(path.size() - 1, path.size() > 2 ? 2 : 1), path.size());
        var rule =
                violation.getConstraintDescriptor() == null
                        ? "invalid"
                        : violation
                                .getConstraintDescriptor()
                                .getAnnotation()
                                .annotationType()
                                .getSimpleName();
        return new Invalid.Fault(
                snake(String.join(".", field)), snake(rule), violation.getMessage());
    }

    /// Members are written with underscores in JSON.
    private static String snake(String name) {
        return name.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
