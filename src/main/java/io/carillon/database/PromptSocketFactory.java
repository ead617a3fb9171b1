package io.carillon.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import javax.net.SocketFactory;

/// Makes the driver's look for further notifications cost nothing when there are none.
///
/// After each notification pgjdbc peeks for the next one with a read that waits a millisecond, and
/// goes on as long as one arrives within it: a bell was heard a millisecond late, and with a
/// thousand bells a second for tens of milliseconds not at all. Sockets of this factory answer such
/// a peek at once. Every other read waits as it was told to.
///
/// Named to the driver by [DatabaseAddress], made by it through reflection.
public final class PromptSocketFactory extends SocketFactory {
    /// The timeout by which the driver's peek is known, in milliseconds; nothing else uses it.
    private static final int PEEK = 1;

    @Override
    public Socket createSocket() {
        return new PromptSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new PromptSocket(), InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
            throws IOException {
        return createSocket(InetAddress.getByName(host), port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new PromptSocket(), host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
            throws IOException {
        var socket = new PromptSocket();
        socket.bind(new InetSocketAddress(from, fromPort));
        return connected(socket, host, port);
    }

    private static Socket connected(Socket socket, InetAddress host, int port) throws IOException {
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    private static final class PromptSocket extends Socket {
        private volatile boolean peeking;

        @Override
        public synchronized void setSoTimeout(int millis) throws SocketException {
            peeking = millis == PEEK;
            super.setSoTimeout(millis);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (peeking && in.available() == 0) {
                        throw new SocketTimeoutException("nothing to read");
                    }
                    return super.read(bytes, offset, length);
                }
            };
        }
    }
}
