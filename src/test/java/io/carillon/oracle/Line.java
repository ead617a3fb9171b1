package io.carillon.oracle;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A TCP connection of a client, with small buffers, so that not reading is felt soon. A wait that
/// ends without a byte loses nothing.
final class Line implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream raw;
    private final byte[] buffer = new byte[8_192];
    private int from;
    private int to;

    /// @param small whether the kernel keeps few bytes for this client
    Line(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
        raw = socket.getInputStream();
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// @return whether there is something to read
    boolean await(int millis) throws IOException {
        if (from < to) {
            return true;
        }
        socket.setSoTimeout(Math.max(1, millis));
        try {
            return fill();
        } catch (SocketTimeoutException nothing) {
            return false;
        } finally {
            socket.setSoTimeout(20_000);
        }
    }

    private boolean fill() throws IOException {
        var count = raw.read(buffer);
        if (count < 0) {
            throw new Session.Over("the server has closed");
        }
        from = 0;
        to = count;
        return true;
    }

    int read() throws IOException {
        if (from == to) {
            fill();
        }
        return buffer[from++] & 0xff;
    }

    byte[] read(int count) throws IOException {
        var bytes = new byte[count];
        var in = new DataInputStream(stream());
        try {
            in.readFully(bytes);
        } catch (EOFException end) {
            throw new Session.Over("the server has closed");
        }
        return bytes;
    }

    private InputStream stream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return Line.this.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (from == to) {
                    fill();
                }
                var count = Math.min(length, to - from);
                System.arraycopy(buffer, from, into, offset, count);
                from += count;
                return count;
            }
        };
    }

    /// @return a line without its end
    String line() throws IOException {
        var line = new java.io.ByteArrayOutputStream(80);
        for (var next = read(); next != '\n'; next = read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /// Sends a GET and reads the head of its answer.
    ///
    /// @return the status
    int get(String target, String token, String accept, String more) throws IOException {
        write(
                ("GET "
                                + target
                                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + token
                                + "\r\nAccept: "
                                + accept
                                + "\r\n"
                                + more
                                + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        answering = false;
        last = false;
        await(20_000);
        var first = line();
        answering = true;
        var status = Integer.parseInt(first.split(" ", 3)[1]);
        chunked = false;
        length = 0;
        for (var header = line(); !header.isEmpty(); header = line()) {
            var lower = header.toLowerCase(java.util.Locale.ROOT);
            chunked |= lower.equals("transfer-encoding: chunked");
            last |= lower.equals("connection: close");
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
        }
        return status;
    }

    /// @return whether the other side has said that it closes after this answer
    boolean lastAnswer() {
        return last;
    }

    /// @return whether anything of the last answer has come
    boolean answering() {
        return answering;
    }

    private boolean last;
    private boolean answering;
    private boolean chunked;
    private int length;

    /// @return the next piece of the answer's body, empty at its end
    byte[] piece() throws IOException {
        if (!chunked) {
            var whole = read(length);
            length = 0;
            return whole;
        }
        var size = Integer.parseInt(line().strip(), 16);
        var piece = read(size);
        line();
        return piece;
    }

    /// Resets the connection: the server learns of it at once, or when it writes.
    @Override
    public void close() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // Then it is closed.
        }
    }
}
