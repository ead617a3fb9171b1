package io.carillon.module;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;

import java.util.regex.Pattern;

/// A row that two people may edit: it has a version, told as `ETag`, and an edit says in `If-Match`
/// which one it saw.
public interface Versioned {
    /// What `If-Match` looks like: a strong or weak tag with a number.
    Pattern TAG = Pattern.compile("(?:W/)?\"([0-9]{1,9})\"");

    /// @return 1 for a new row, one more with each update
    int version();

    /// @param request an edit
    /// @return the version that the client saw
    /// @throws Refused 428 `version_missing` or 400 `version_malformed`
    static int seen(HttpRequest<?> request) {
        var tag = request.getHeaders().get(HttpHeaders.IF_MATCH);
        if (tag == null) {
            throw new Refused(
                    HttpStatus.PRECONDITION_REQUIRED,
                    "version_missing",
                    "say which version you saw: If-Match: \"3\"");
        }
        var matcher = TAG.matcher(tag.strip());
        if (!matcher.matches()) {
            throw Refused.bad("version_malformed", "If-Match is the ETag of the read, e.g. \"3\"");
        }
        return Integer.parseInt(matcher.group(1));
    }
}
