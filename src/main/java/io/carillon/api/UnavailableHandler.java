package io.carillon.api;

import io.carillon.database.DatabaseUnavailable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;

import jakarta.inject.Singleton;

/// Says that Postgres could not be asked: 503 `database_unavailable`, and whether a write may have
/// happened.
@Singleton
final class UnavailableHandler implements ExceptionHandler<DatabaseUnavailable, HttpResponse<?>> {
    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<?> handle(HttpRequest request, DatabaseUnavailable away) {
        return Problem.answer(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        away.code(),
                        switch (away.outcome()) {
                            case NOT_DONE -> "Postgres cannot be asked now; nothing was done";
                            case UNKNOWN ->
                                    "the connection to Postgres was lost at the last moment; read"
                                            + " again to see whether it was done";
                        })
                .header(HttpHeaders.RETRY_AFTER, "2");
    }
}
