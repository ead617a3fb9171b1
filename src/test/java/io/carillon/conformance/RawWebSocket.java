package io.carillon.conformance;

import com.nimbusds.jose.util.JSONObjectUtils;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// A WebSocket client that can do everything wrong: frames are written byte by byte.
public final class RawWebSocket implements AutoCloseable {
    /// A frame as it came.
    ///
    /// @param first FIN, reserved bits and opcode
    public record Frame(int first, byte[] payload) {
        public int opcode() {
            return first & 0x0f;
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        }
    }

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final Socket socket;
    private final DataInputStream in;
    private final String status;
    private int commands;

    private RawWebSocket(Socket socket, String request) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
        write(request.getBytes(StandardCharsets.ISO_8859_1));
        status = head();
    }

    /// @param headers whole header lines on top of the handshake's
    public static RawWebSocket open(int port, String target, String... headers) {
        return open(new Socket(), port, target, headers);
    }

    /// @return the same with a small receive buffer: left to itself, the kernel lets one grow to
    ///     tens of megabytes where it is told that it may
    public static RawWebSocket reluctant(int port, String target) {
        var socket = new Socket();
        try {
            socket.setReceiveBufferSize(65_536);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return open(socket, port, target);
    }

    /// @param head a whole request head
    /// @param more what is sent right behind it
    public static RawWebSocket request(int port, String head, byte... more) {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress("localhost", port));
            return new RawWebSocket(socket, head + new String(more, StandardCharsets.ISO_8859_1));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static RawWebSocket open(Socket socket, int port, String target, String... headers) {
        var request =
                "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                .formatted(target, port)
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + String.join("", Arrays.stream(headers).map(it -> it + "\r\n").toList())
                        + "\r\n";
        try {
            socket.connect(new InetSocketAddress("localhost", port));
            return new RawWebSocket(socket, request);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @return a client that has been let in by its token
    public static RawWebSocket connected(TestNode node, String token) {
        var client = open(node.port(), "/realtime");
        var reply = client.ask("\"command\":\"connect\",\"token\":\"" + token + "\"");
        if (!Boolean.TRUE.equals(reply.get("ok"))) {
            throw new IllegalStateException("not let in: " + reply);
        }
        return client;
    }

    /// @return the response's head
    public String status() {
        return status;
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /// @return what follows the head of a refusal
    public String body() {
        try {
            var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(status);
            return length.find()
                    ? new String(
                            in.readNBytes(Integer.parseInt(length.group(1))),
                            StandardCharsets.UTF_8)
                    : "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public void write(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static byte[] frame(int first, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (var shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (var index = 0; index < payload.length; index++) {
            frame.write(payload[index] ^ MASK[index % 4]);
        }
        return frame.toByteArray();
    }

    public void send(String text) {
        write(frame(0x81, text.getBytes(StandardCharsets.UTF_8)));
    }

    /// @param members of the command, without its id
    /// @return the command's id
    public int command(String members) {
        send("{\"id\":" + ++commands + "," + members + "}");
        return commands;
    }

    /// @return the reply to a command, with everything else left out
    public Map<String, Object> ask(String members) {
        var id = (long) command(members);
        while (true) {
            var message = next();
            if (Long.valueOf(id).equals(message.get("reply"))) {
                return message;
            }
        }
    }

    public Map<String, Object> subscribe(String channel) {
        return ask("\"command\":\"subscribe\",\"channels\":[\"" + channel + "\"]");
    }

    /// Follows a channel, as clients do: asks again while the node says that it cannot know now.
    public void follow(String channel) {
        var reply = subscribe(channel);
        while (reply.get("error") instanceof Map<?, ?> error
                && "unavailable".equals(error.get("code"))) {
            // Not so often that it is a flood.
            LockSupport.parkNanos(100_000_000);
            reply = subscribe(channel);
        }
        if (!Boolean.TRUE.equals(reply.get("ok"))) {
            throw new IllegalStateException(channel + " is not followed: " + reply);
        }
    }

    /// @return the next message that is no sign of life
    public Map<String, Object> next() {
        while (true) {
            var message = nextOrPing();
            if (!"ping".equals(message.get("push"))) {
                return message;
            }
        }
    }

    /// @return the next message; protocol pings are answered
    public Map<String, Object> nextOrPing() {
        while (true) {
            var frame = frame();
            if (frame.opcode() == 9) {
                write(frame(0x8a, frame.payload()));
            } else if (frame.opcode() == 1) {
                return json(frame.text());
            } else {
                throw new IllegalStateException(
                        "not a message: opcode "
                                + frame.opcode()
                                + (frame.opcode() == 8 ? " code " + frame.closeCode() : ""));
            }
        }
    }

    /// @return the code of the close frame, everything before it left out
    public int closed() {
        while (true) {
            var frame = frame();
            if (frame.opcode() == 8) {
                return frame.closeCode();
            }
        }
    }

    public Frame frame() {
        try {
            var first = in.readUnsignedByte();
            var length = in.readUnsignedByte();
            if ((length & 0x80) != 0) {
                throw new IllegalStateException("a server masks nothing");
            }
            var size =
                    length < 126 ? length : length == 126 ? in.readUnsignedShort() : in.readLong();
            return new Frame(first, in.readNBytes((int) size));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// @return whether the server has closed the channel
    public boolean ended() {
        try {
            in.readUnsignedByte();
            return false;
        } catch (EOFException ended) {
            return true;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Map<String, Object> json(String text) {
        try {
            return JSONObjectUtils.parse(text);
        } catch (ParseException malformed) {
            throw new IllegalStateException(text, malformed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
