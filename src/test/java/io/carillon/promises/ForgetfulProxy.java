package io.carillon.promises;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Stands before Postgres, speaks its protocol, and passes everything on but, when told so,
/// notifications: what a transaction pooler does to LISTEN.
final class ForgetfulProxy implements AutoCloseable {
    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final int NOTIFICATION = 'A';

    private final ServerSocket door;
    private final int postgres;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean forgets;

    ForgetfulProxy(int postgres, boolean forgets) throws IOException {
        this.postgres = postgres;
        this.forgets = forgets;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /// @param forgets whether notifications are dropped from now on
    void forget(boolean forgets) {
        this.forgets = forgets;
    }

    private void accept() {
        try {
            while (true) {
                var client = door.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), postgres)) {
            sockets.add(server);
            var in = new DataInputStream(client.getInputStream());
            var out = new DataOutputStream(server.getOutputStream());
            start(in, out, client);
            Thread.ofVirtual().start(() -> answer(server, client));
            in.transferTo(out);
        } catch (IOException gone) {
            // One of the two has left; the other follows.
        }
    }

    /// The first message has no type; encryption is declined.
    private static void start(DataInputStream in, DataOutputStream out, Socket client)
            throws IOException {
        while (true) {
            var length = in.readInt();
            var code = in.readInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.getOutputStream().write('N');
                continue;
            }
            out.writeInt(length);
            out.writeInt(code);
            out.write(in.readNBytes(length - 8));
            out.flush();
            return;
        }
    }

    private void answer(Socket server, Socket client) {
        try (server;
                client) {
            var in = new DataInputStream(new java.io.BufferedInputStream(server.getInputStream()));
            var out =
                    new DataOutputStream(
                            new java.io.BufferedOutputStream(client.getOutputStream()));
            while (true) {
                var type = in.readUnsignedByte();
                var length = in.readInt();
                var body = in.readNBytes(length - 4);
                if (type != NOTIFICATION || !forgets) {
                    out.writeByte(type);
                    out.writeInt(length);
                    out.write(body);
                }
                if (in.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException gone) {
            // One of the two has left; the other follows.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
