package io.carillon.module;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// Where a page ended: the values that the list is ordered by, of its last row. Opaque to clients.
///
/// @param values none contains a line break
public record PageToken(List<String> values) {
    /// @param values of the columns that the list is ordered by
    public PageToken(String... values) {
        this(List.of(values));
    }

    public PageToken {
        values = List.copyOf(values);
    }

    /// @return for `?after=`
    public String encode() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join("\n", values).getBytes(StandardCharsets.UTF_8));
    }

    /// @param token of `?after=`
    /// @param count how many values it must have
    /// @return its values, or null for the first page
    /// @throws Refused 400 `page_token`
    public static @Nullable PageToken decode(@Nullable String token, int count) {
        if (token == null || token.isEmpty()) {
            return null;
        }
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            var values = List.of(text.split("\n", -1));
            if (values.size() == count) {
                return new PageToken(values);
            }
        } catch (IllegalArgumentException notBase64) {
            // Told below.
        }
        throw Refused.bad("page_token", "after is the next of the page before");
    }

    /// For lists by number, newest first.
    ///
    /// @param token of `?after=`
    /// @return rows with smaller ids follow; the largest number for the first page
    /// @throws Refused 400 `page_token`
    public static long before(@Nullable String token) {
        var decoded = decode(token, 1);
        return decoded == null ? Long.MAX_VALUE : number(decoded.values().getFirst());
    }

    /// @param text an id, as a path or a token has it
    /// @return the number
    /// @throws Refused 400 `page_token`
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException foreign) {
            throw Refused.bad("page_token", "after is the next of the page before");
        }
    }
}
