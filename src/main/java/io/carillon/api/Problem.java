package io.carillon.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

/// What the body of every error answer says (RFC 9457, `application/problem+json`). Immutable.
///
/// @param type `urn:carillon:problem:` and the code
/// @param title the status in words
/// @param status the HTTP status
/// @param detail what went wrong and what to do, for people
/// @param code what went wrong, for programs; an API
/// @param correlationId of the request, as in its header; absent outside of `/api`
@Serdeable
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String correlationId) {
    /// The media type of every error answer.
    public static final String MEDIA_TYPE = "application/problem+json";

    /// @param status the HTTP status
    /// @param code what went wrong, for programs
    /// @param detail what went wrong and what to do, for people
    /// @return the body
    public static Problem of(HttpStatus status, String code, String detail) {
        return new Problem(
                "urn:carillon:problem:" + code,
                status.getReason(),
                status.getCode(),
                detail,
                code,
                null);
    }

    /// @param id of the request
    /// @return the same problem of that request
    Problem correlatedBy(String id) {
        return new Problem(type, title, status, detail, code, id);
    }

    /// @param status the HTTP status
    /// @param code what went wrong, for programs
    /// @param detail what went wrong and what to do, for people
    /// @return a whole answer
    public static MutableHttpResponse<Problem> answer(
            HttpStatus status, String code, String detail) {
        return HttpResponse.<Problem>status(status)
                .body(of(status, code, detail))
                .contentType(MEDIA_TYPE);
    }
}
