package io.carillon.module;

import io.micronaut.http.HttpStatus;

/// A module's no: the transaction is rolled back, the client gets a problem with the code.
///
/// Thrown anywhere inside the work of [Store] or outside of it; told by [RefusedHandler].
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String code;

    /// @param status of the answer
    /// @param code for programs; an API
    /// @param detail what went wrong and what to do, for people
    public Refused(HttpStatus status, String code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    /// Also for what another tenant has: that it exists is nobody else's business.
    ///
    /// @param what e.g. `approval`; the code is `approval_missing`
    /// @return 404
    public static Refused missing(String what) {
        return new Refused(HttpStatus.NOT_FOUND, what + "_missing", "there is no such " + what);
    }

    /// @param code for programs
    /// @param detail for people
    /// @return 403
    public static Refused forbidden(String code, String detail) {
        return new Refused(HttpStatus.FORBIDDEN, code, detail);
    }

    /// @param code for programs
    /// @param detail for people
    /// @return 409
    public static Refused conflict(String code, String detail) {
        return new Refused(HttpStatus.CONFLICT, code, detail);
    }

    /// @param code for programs
    /// @param detail for people
    /// @return 400
    public static Refused bad(String code, String detail) {
        return new Refused(HttpStatus.BAD_REQUEST, code, detail);
    }

    /// @param current the version that there is now
    /// @return 412
    public static Refused stale(int current) {
        return new Refused(
                HttpStatus.PRECONDITION_FAILED,
                "version_conflict",
                "somebody was quicker: it is version " + current + " now; read again");
    }

    /// @return of the answer
    public HttpStatus status() {
        return status;
    }

    /// @return for programs
    public String code() {
        return code;
    }
}
