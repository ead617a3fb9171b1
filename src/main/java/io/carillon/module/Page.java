package io.carillon.module;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/// A part of a long list, and where the next part begins.
///
/// The token names the last row, not a count of rows, so pages neither repeat nor skip a row when
/// others arrive or go meanwhile.
///
/// @param items in the list's order
/// @param next for `?after=`; null at the end
@Serdeable
public record Page<T>(List<T> items, @Nullable String next) {
    /// How many rows a page has at most.
    public static final int MOST = 200;

    /// @param rows one more than `limit` where there are more
    /// @param limit how many were asked for
    /// @param key the columns that the list is ordered by, of one row
    /// @return the page
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, PageToken> key) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        var items = List.copyOf(rows.subList(0, limit));
        return new Page<>(items, key.apply(items.getLast()).encode());
    }
}
