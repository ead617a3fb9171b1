package io.carillon.api;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.serde.annotation.Serdeable;

/// What the body of every error answer says (RFC 9457, `application/problem+json`). Immutable.
///
/// @param type `urn:carillon:problem:` and the code
/// @param title the status in words
/// @param status the HTTP status
/// @param detail what went wrong and what to do, for people
/// @param code what went wrong, for programs; an API
@Serdeable
public record Problem(String type, String title, int status, String detail, String code) {
    /// The media type of every error answer.
    public static final String MEDIA_TYPE = "application/problem+json";

    /// @param status the HTTP status
    /// @param code what went wrong, for programs
    /// @param detail what went wrong and what to do, for people
    /// @return the body
    public static Problem of(HttpStatus status, String code, String detail) {
        return new Problem(
                "urn:carillon:problem:" + code, status.getReason(), status.getCode(), detail, code);
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
