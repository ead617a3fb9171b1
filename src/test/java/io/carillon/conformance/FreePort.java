package io.carillon.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for what listens later, or again after a while: from below those that the system gives to
/// whoever asks for any, so that nobody gets them in between.
public final class FreePort {
    private static final int FIRST = 15_000;
    private static final int END = 30_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /// @return another one each time
    public static int next() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (free(port) && GIVEN.add(port)) {
                return port;
            }
        }
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException taken) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
