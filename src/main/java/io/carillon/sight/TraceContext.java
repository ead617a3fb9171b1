package io.carillon.sight;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// Which trace a request belongs to, and at which point of it: W3C Trace Context, header
/// `traceparent`. Immutable.
///
/// @param traceId 32 hex digits
/// @param spanId 16 hex digits
/// @param sampled whether the trace is recorded
public record TraceContext(String traceId, String spanId, boolean sampled) {
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final int SAMPLED = 1;

    /// @param text a header, or what an event carries
    /// @return the context, or null when there is none that can be read
    public static @Nullable TraceContext parse(@Nullable String text) {
        if (text == null || text.length() > 200) {
            return null;
        }
        var form = FORM.matcher(text);
        if (!form.matches()
                || form.group(1).equals("ff")
                || (form.group(1).equals("00") && form.group(5) != null)
                || form.group(2).equals("0".repeat(32))
                || form.group(3).equals("0".repeat(16))) {
            return null;
        }
        var flags = Integer.parseInt(form.group(4), 16);
        return new TraceContext(form.group(2), form.group(3), (flags & SAMPLED) != 0);
    }

    /// @return as in the header, version 00: 55 characters
    public String encode() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
