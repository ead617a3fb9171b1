package io.carillon.channel;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// What a client keeps to come back with: a [Place] and the epoch of the log that it belongs to, as
/// opaque text.
///
/// `carillon.cursor()` writes the same text in SQL; `src/docs/protocol.md` has the grammar:
///
/// ```
/// cursor   := '1' epoch '-' position [ '-' position '-' n ]     epoch: 12 hex digits
/// position := hex(xmax) ( '.' hex(xmax - pending id) )*          ascending ids
/// n        := hex(event id)
/// ```
///
/// Immutable. Anybody may forge one: it selects what is sent again, never what may be seen.
///
/// @param epoch the log's epoch, see `carillon.epoch()`
/// @param place what has been seen
public record Cursor(String epoch, Place place) {

    /// The longest text that is parsed or handed out, in characters.
    public static final int MAX_LENGTH = 16_384;

    /// The most running transactions that a cursor can name.
    public static final int MAX_PENDING = 4_096;

    private static final Pattern EPOCH = Pattern.compile("[0-9a-f]{12}");

    /// @return the text that [#parse] reads; longer than [#MAX_LENGTH] when too many transactions
    ///     were running, and then nobody can come back with it
    public String encode() {
        var text = new StringBuilder(64).append('1').append(epoch);
        append(text.append('-'), place.from());
        if (!place.whole()) {
            append(text.append('-'), place.to());
            text.append('-').append(Long.toHexString(place.upTo()));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Position position) {
        text.append(Long.toHexString(position.xmax()));
        for (var index = 0; index < position.pendingCount(); index++) {
            text.append('.').append(Long.toHexString(position.xmax() - position.pendingAt(index)));
        }
    }

    /// @param text what a client presented
    /// @return the cursor, or null when the text is no cursor
    public static @Nullable Cursor parse(String text) {
        if (text.length() < 15 || text.length() > MAX_LENGTH || text.charAt(0) != '1') {
            return null;
        }
        var parts = text.substring(1).split("-", -1);
        if (!EPOCH.matcher(parts[0]).matches()) {
            return null;
        }
        try {
            return switch (parts.length) {
                case 2 -> new Cursor(parts[0], Place.at(position(parts[1])));
                case 4 ->
                        new Cursor(
                                parts[0],
                                new Place(
                                        position(parts[1]), position(parts[2]), number(parts[3])));
                default -> null;
            };
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private static Position position(String text) {
        var numbers = text.split("\\.", -1);
        if (numbers.length > MAX_PENDING + 1) {
            throw new IllegalArgumentException("too many pending transactions");
        }
        var xmax = number(numbers[0]);
        var pending = new long[numbers.length - 1];
        for (var index = 0; index < pending.length; index++) {
            pending[index] = xmax - number(numbers[index + 1]);
            var least = index == 0 ? 0 : pending[index - 1] + 1;
            if (pending[index] < least || pending[index] >= xmax) {
                throw new IllegalArgumentException("pending transactions out of order");
            }
        }
        return new Position(xmax, pending);
    }

    private static long number(String text) {
        if (text.isEmpty()
                || text.length() > 15
                || text.charAt(0) == '+'
                || text.charAt(0) == '-') {
            throw new IllegalArgumentException("not a number");
        }
        return Long.parseLong(text, 16);
    }
}
