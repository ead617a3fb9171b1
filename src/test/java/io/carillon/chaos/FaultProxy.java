package io.carillon.chaos;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/// Stands between a client of Postgres and Postgres, and spoils the way as it is told. Speaks
/// enough of the protocol to know a notification. Safe for all threads.
public final class FaultProxy implements AutoCloseable {
    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final int NOTIFICATION = 'A';
    private static final long DELAY_NANOS = 15_000_000;
    private static final int SLICE = 4_096;

    /// What happens to bytes.
    public enum Way {
        /// Nothing.
        OPEN,

        /// Nothing arrives, and nobody is told: a cable that was pulled. What was under way arrives
        /// when the way is open again.
        BLACK_HOLE,

        /// Connections are refused, and open ones are closed.
        CUT,

        /// Everything takes 15 ms longer, each way.
        SLOW,

        /// 4 KiB in 15 ms.
        NARROW,

        /// Notifications are lost, as a pooler loses them.
        DEAF
    }

    private final IntSupplier upstream;
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private Way way = Way.OPEN;

    /// @param upstream the port of what is behind, asked for each connection
    public FaultProxy(IntSupplier upstream) throws IOException {
        this.upstream = upstream;
        door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /// @param next what happens from now on
    public void way(Way next) throws IOException {
        synchronized (this) {
            way = next;
            notifyAll();
        }
        if (next == Way.CUT) {
            cut();
        }
    }

    /// Ends all connections, whose clients may come again at once.
    void cut() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    private synchronized Way passable() throws IOException {
        try {
            while (way == Way.BLACK_HOLE) {
                wait();
            }
        } catch (InterruptedException over) {
            throw new IOException(over);
        }
        return way;
    }

    private void accept() {
        try {
            while (true) {
                var client = door.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // It is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            if (passable() == Way.CUT) {
                return;
            }
            try (var server = new Socket(InetAddress.getLoopbackAddress(), upstream.getAsInt())) {
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                sockets.add(server);
                begin(client, server);
                Thread.ofVirtual().start(() -> answer(server, client));
                pass(client.getInputStream(), server.getOutputStream());
            }
        } catch (IOException gone) {
            // One of the two has left; the other follows.
        } finally {
            sockets.removeIf(Socket::isClosed);
        }
    }

    /// The first message has no type; encryption is declined.
    private static void begin(Socket client, Socket server) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        while (true) {
            var length = in.readInt();
            var code = in.readInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.getOutputStream().write('N');
                continue;
            }
            var message = java.nio.ByteBuffer.allocate(length).putInt(length).putInt(code);
            message.put(in.readNBytes(length - 8));
            server.getOutputStream().write(message.array());
            return;
        }
    }

    private void pass(InputStream in, OutputStream out) throws IOException {
        var bytes = new byte[16_384];
        for (var count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            write(out, bytes, count);
        }
    }

    private void write(OutputStream out, byte[] bytes, int count) throws IOException {
        switch (passable()) {
            case SLOW -> {
                LockSupport.parkNanos(DELAY_NANOS);
                out.write(bytes, 0, count);
            }
            case NARROW -> {
                for (var at = 0; at < count; at += SLICE) {
                    LockSupport.parkNanos(DELAY_NANOS);
                    out.write(bytes, at, Math.min(SLICE, count - at));
                }
            }
            case OPEN, DEAF -> out.write(bytes, 0, count);
            case CUT -> throw new IOException("cut");
            case BLACK_HOLE -> throw new IllegalStateException();
        }
    }

    /// Message by message, so that notifications can be left out.
    private void answer(Socket server, Socket client) {
        try (server;
                client) {
            var in =
                    new DataInputStream(
                            new java.io.BufferedInputStream(server.getInputStream(), 65_536));
            var out = client.getOutputStream();
            var batch = new java.io.ByteArrayOutputStream(65_536);
            while (true) {
                var type = in.readUnsignedByte();
                var length = in.readInt();
                var body = in.readNBytes(length - 4);
                if (type != NOTIFICATION || passable() != Way.DEAF) {
                    batch.write(type);
                    batch.writeBytes(java.nio.ByteBuffer.allocate(4).putInt(length).array());
                    batch.writeBytes(body);
                }
                if (in.available() == 0 || batch.size() > 65_536) {
                    write(out, batch.toByteArray(), batch.size());
                    batch.reset();
                }
            }
        } catch (IOException gone) {
            // One of the two has left; the other follows.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        way(Way.OPEN);
        cut();
    }
}
