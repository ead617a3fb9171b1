package io.carillon.api;

import io.carillon.wire.JsonText;

import java.nio.ByteBuffer;

/// A look at the bytes of a JSON text, for a small part of what reading it costs: is there anything
/// in it that must be read to be judged?
///
/// A text that is plain holds nothing that [JsonText] refuses but what every strict reader does:
/// wrong JSON, and members that come twice. There are no escapes by number in it (the only way to a
/// NUL character or half a surrogate pair, since it is UTF-8 without control characters), no
/// exponents (the only way to a number that no double can hold, since numbers are short), no more
/// depth than is allowed, and it is one object or array and no more. Not every text without these
/// is plain. Used by one thread, once.
final class Plain {
    private static final int MOST_DIGITS = 100;

    private final byte[] text;
    private int depth;
    private int digits;
    private boolean over;
    private boolean ascii = true;

    private Plain(byte[] text) {
        this.text = text;
    }

    /// @param text a whole body
    /// @return whether whoever reads it strictly may have it as it is
    static boolean is(byte[] text) {
        return new Plain(text).plain();
    }

    private boolean plain() {
        for (var index = 0; index < text.length; index++) {
            var unit = text[index];
            if (unit == '"' && depth > 0) {
                digits = 0;
                index = end(index + 1);
                if (index < 0) {
                    return false;
                }
            } else if (!between(unit)) {
                return false;
            }
        }
        return over && (ascii || JsonText.utf8(ByteBuffer.wrap(text)) != null);
    }

    /// @param from the first byte of a string
    /// @return the quote at its end; -1 where it must be read
    private int end(int from) {
        for (var index = from; index < text.length; index++) {
            var unit = text[index];
            if (unit == '"') {
                return index;
            }
            if (unit == '\\') {
                index++;
                if (index < text.length && text[index] == 'u') {
                    return -1;
                }
            } else if (unit < 0) {
                ascii = false;
            } else if (unit < ' ') {
                return -1;
            }
        }
        return -1;
    }

    /// @param unit a byte outside of strings
    /// @return whether it may be there
    private boolean between(byte unit) {
        if (unit == ' ' || unit == '\t' || unit == '\r' || unit == '\n') {
            digits = 0;
            return true;
        }
        if (unit >= '0' && unit <= '9' || unit == '-' || unit == '+' || unit == '.') {
            return depth > 0 && ++digits <= MOST_DIGITS;
        }
        var number = digits > 0;
        digits = 0;
        return switch (unit) {
            case '{', '[' -> !over && ++depth <= JsonText.MAX_DEPTH;
            case '}', ']' -> {
                over = --depth == 0;
                yield depth >= 0;
            }
            case ',', ':' -> depth > 0;
            default -> depth > 0 && !number && unit >= 'a' && unit <= 'z';
        };
    }
}
