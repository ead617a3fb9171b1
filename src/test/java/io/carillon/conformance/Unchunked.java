package io.carillon.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The body of a chunked HTTP response, read from a raw socket and no further than asked.
final class Unchunked extends InputStream {
    private final InputStream in;
    private int left = -1;

    Unchunked(InputStream socket) throws IOException {
        in = new BufferedInputStream(socket, 1_024);
        var head = line();
        while (!line().isEmpty()) {}
        if (!head.startsWith("HTTP/1.1 200")) {
            throw new IOException(head);
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the stream ended");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public int read() throws IOException {
        var single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left <= 0) {
            if (left == 0) {
                line();
            }
            left = Integer.parseInt(line(), 16);
            if (left == 0) {
                return -1;
            }
        }
        var read = in.read(bytes, offset, Math.min(length, left));
        left -= Math.max(read, 0);
        return read;
    }
}
