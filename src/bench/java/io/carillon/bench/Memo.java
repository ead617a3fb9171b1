package io.carillon.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// A message that was read once: which events it carries. The next client of the same room mostly
/// receives the same bytes; comparing them is much cheaper than reading them, and just as exact.
///
/// Memos of a room form a chain in the order of arrival; each client holds the one it received
/// last, so old ones are collected. Confined to the load's loop.
final class Memo {
    private static final byte[] MARK = {'"', 'n', '"', ':'};

    private final ByteBuf bytes;
    private final long[] numbers;
    private @Nullable Memo next;

    private Memo(ByteBuf bytes, long[] numbers) {
        this.bytes = bytes;
        this.numbers = numbers;
    }

    /// @return the start of a chain
    static Memo start() {
        return new Memo(Unpooled.EMPTY_BUFFER, new long[0]);
    }

    /// @return the numbers of the events, in their order
    long[] numbers() {
        return numbers;
    }

    /// @return Carillon's cursor in the message, or null
    @Nullable String cursor() {
        var text = bytes.toString(US_ASCII);
        var start = text.indexOf("\"cursor\":\"");
        return start < 0 ? null : text.substring(start + 10, text.indexOf('"', start + 10));
    }

    /// @return the text that a Socket.IO event ends with, or null
    @Nullable String offset() {
        var text = bytes.toString(US_ASCII);
        var end = text.lastIndexOf("\"]");
        return end < 1 ? null : text.substring(text.lastIndexOf('"', end - 1) + 1, end);
    }

    /// @param in holds the message that came after this one
    /// @param start where it starts
    /// @param length its bytes
    /// @param pad bytes after each number that cannot hold another
    /// @return what it carries
    Memo after(ByteBuf in, int start, int length, int pad) {
        var guess = next;
        if (guess != null
                && guess.bytes.capacity() == length
                && ByteBufUtil.equals(in, start, guess.bytes, 0, length)) {
            return guess;
        }
        var copy = new byte[length];
        in.getBytes(start, copy);
        var read = new Memo(Unpooled.wrappedBuffer(copy), numbers(copy, pad));
        if (guess == null) {
            next = read;
        } else {
            read.next = guess.next;
        }
        return read;
    }

    private static long[] numbers(byte[] text, int pad) {
        var found = new long[4];
        var count = 0;
        for (var index = 0; index < text.length - MARK.length; index++) {
            if (text[index] == '"'
                    && text[index + 1] == 'n'
                    && text[index + 2] == '"'
                    && text[index + 3] == ':') {
                var at = index + 4;
                // JSON text that has been through a jsonb column has a space here.
                while (text[at] == ' ') {
                    at++;
                }
                var number = 0L;
                while (at < text.length && text[at] >= '0' && text[at] <= '9') {
                    number = number * 10 + text[at++] - '0';
                }
                if (count == found.length) {
                    found = Arrays.copyOf(found, count * 2);
                }
                found[count++] = number;
                index = at + pad - 1;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
