package io.carillon.module;

import io.carillon.database.Reading;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;

/// How modules answer by HTTP: reads with the cursor to follow from, rows with their version.
public final class Answers {
    /// The position of the read's snapshot; a page follows from it.
    public static final String CURSOR = "Carillon-Cursor";

    private Answers() {}

    /// @param reading of [Store#read]
    /// @return 200
    public static <T> MutableHttpResponse<T> of(Reading<T> reading) {
        return HttpResponse.ok(reading.value())
                .header(CURSOR, reading.cursor())
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .header(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
    }

    /// @param row what was written
    /// @return 200, with its version as `ETag`
    public static <T extends Versioned> MutableHttpResponse<T> of(T row) {
        return versioned(HttpResponse.ok(row), row);
    }

    /// @param answer any answer
    /// @param row whose version it carries as `ETag`
    /// @return the same answer
    public static <T> MutableHttpResponse<T> versioned(
            MutableHttpResponse<T> answer, Versioned row) {
        return answer.header(HttpHeaders.ETAG, '"' + Integer.toString(row.version()) + '"');
    }
}
