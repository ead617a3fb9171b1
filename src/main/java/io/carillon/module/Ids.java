package io.carillon.module;

import java.util.regex.Pattern;

/// Ids of rows in paths: bigint as text.
public final class Ids {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private Ids() {}

    /// @param text of the path
    /// @param what e.g. `approval`, for the refusal
    /// @return the number
    /// @throws Refused 404: what is no id names nothing
    public static long number(String text, String what) {
        if (!NUMBER.matcher(text).matches()) {
            throw Refused.missing(what);
        }
        return Long.parseLong(text);
    }
}
