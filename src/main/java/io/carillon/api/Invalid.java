package io.carillon.api;

import io.micronaut.http.HttpStatus;
import io.micronaut.serde.annotation.Serdeable;

import java.util.List;

/// A [Problem] that says of each member of a request what is wrong with it: code `invalid`.
///
/// @param type `urn:carillon:problem:invalid`
/// @param title the status in words
/// @param status 400
/// @param detail all faults in one line, for people
/// @param code `invalid`
/// @param errors one per fault
@Serdeable
public record Invalid(
        String type, String title, int status, String detail, String code, List<Fault> errors) {
    /// One fault.
    ///
    /// @param field the member, as JSON or the query names it; dots lead inside
    /// @param code what rule it breaks: `not_blank`, `size`, `min`, `max`, `pattern`, …
    /// @param message what to do
    @Serdeable
    public record Fault(String field, String code, String message) {}

    public Invalid {
        errors = List.copyOf(errors);
    }

    static Invalid of(List<Fault> errors) {
        var status = HttpStatus.BAD_REQUEST;
        var detail =
                String.join(
                        "; ",
                        errors.stream()
                                .map(fault -> fault.field() + " " + fault.message())
                                .toList());
        return new Invalid(
                "urn:carillon:problem:invalid",
                status.getReason(),
                status.getCode(),
                detail,
                "invalid",
                errors);
    }
}
