package io.carillon.module;

import io.carillon.api.Problem;
import io.carillon.database.StatementFailed;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells what a table or a function of Carillon refused: 422 `row_refused` for a check, a character
/// that text cannot hold, what is no such number or time, an event too large; 409 `row_exists`,
/// `row_referenced`. Anything else is a fault of ours: 500, and the log says what.
@Singleton
final class RefusedRowHandler implements ExceptionHandler<StatementFailed, HttpResponse<?>> {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedRowHandler.class);

    @Override
    @SuppressWarnings("rawtypes")
    public HttpResponse<?> handle(HttpRequest request, StatementFailed failed) {
        return switch (failed.state()) {
            case "23505" -> conflict("row_exists", "there is one already");
            case "23503" -> conflict("row_referenced", "it belongs to something that is not there");
            case "23514",
                    "22001",
                    "22003",
                    "22007",
                    "22008",
                    "22009",
                    "22021",
                    "22P02",
                    "22P05",
                    "CA001",
                    "CA002" -> {
                LOG.debug("refused", failed);
                yield Problem.answer(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "row_refused",
                        "the database refused it: " + failed.getMessage());
            }
            default -> {
                LOG.error("{} {}", request.getMethod(), request.getPath(), failed);
                yield Problem.answer(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal_server_error",
                        HttpStatus.INTERNAL_SERVER_ERROR.getReason());
            }
        };
    }

    private static HttpResponse<?> conflict(String code, String detail) {
        return Problem.answer(HttpStatus.CONFLICT, code, detail);
    }
}
