package io.carillon.transport;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// A refusal as an HTTP answer (RFC 9457), in the form that all of HTTP has here. Immutable.
///
/// @param type `urn:carillon:problem:` and the code
/// @param title the status in words
/// @param status the HTTP status
/// @param detail what went wrong and what to do, for people
/// @param code what went wrong, for programs
/// @param reason with code `reset`, why what was missed cannot be told
@Serdeable
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {
    private static final String MEDIA_TYPE = "application/problem+json";
    private static final String RETRY_SECONDS = "2";

    /// @param status the HTTP status
    /// @param code what went wrong, for programs
    /// @param detail what went wrong and what to do, for people
    /// @return a whole answer
    public static MutableHttpResponse<?> answer(HttpStatus status, String code, String detail) {
        return answer(status, code, detail, null);
    }

    /// @param refused a refusal of the only command of a request
    /// @return a whole answer
    public static MutableHttpResponse<?> answer(Message.Refused refused) {
        var reason = refused.reason();
        var answer =
                answer(
                        status(refused.code()),
                        refused.code().code(),
                        refused.detail(),
                        reason == null ? null : reason.code());
        var seconds = refused.code().retryAfterMillis() / 1_000;
        if (seconds > 0) {
            answer.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        return answer;
    }

    private static MutableHttpResponse<?> answer(
            HttpStatus status, String code, String detail, @Nullable String reason) {
        var problem =
                new Problem(
                        "urn:carillon:problem:" + code,
                        status.getReason(),
                        status.getCode(),
                        detail,
                        code,
                        reason);
        var answer =
                HttpResponse.<Object>status(status)
                        .body(problem)
                        .contentType(MEDIA_TYPE)
                        .header(HttpHeaders.CACHE_CONTROL, "private, no-store");
        return switch (status) {
            case SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS ->
                    answer.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            case UNAUTHORIZED -> answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            default -> answer;
        };
    }

    /// @param code why a command was refused
    /// @return the status that says the same
    public static HttpStatus status(ErrorCode code) {
        return switch (code) {
            case MALFORMED,
                    UNKNOWN_COMMAND,
                    ALREADY_CONNECTED,
                    NOT_SUBSCRIBED,
                    ALREADY_SUBSCRIBED,
                    LIMIT,
                    TOO_LARGE ->
                    HttpStatus.BAD_REQUEST;
            case NOT_CONNECTED, UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case RESET -> HttpStatus.GONE;
            case RATE, CROWDED -> HttpStatus.TOO_MANY_REQUESTS;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }
}
