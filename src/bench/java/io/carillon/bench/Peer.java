package io.carillon.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Socket.IO 4 for Node, see `src/bench/peer`. Publishes in its own process, without a database:
/// the best case for it.
final class Peer implements Target {
    private final boolean raw;
    private final int port = Child.freePort();
    private final Child child;
    private final Socket control;
    private final BufferedWriter out;
    private final BufferedReader in;

    /// @param dialect Socket.IO or raw
    /// @param env DATABASE and ADAPTER, where it shall listen to Postgres
    Peer(Dialect dialect, Map<String, String> env) {
        raw = dialect instanceof Dialect.Raw;
        var controlPort = Child.freePort();
        var all = new HashMap<>(env);
        all.put("PORT", Integer.toString(port));
        all.put("CONTROL", Integer.toString(controlPort));
        all.put("NODE_ENV", "production");
        child =
                Child.start(
                        "peer-" + port,
                        0,
                        Path.of("src/bench/peer"),
                        all,
                        List.of("node", "--expose-gc", "--max-old-space-size=1024", "server.js"));
        child.awaitOutput("ready", 30);
        try {
            control = new Socket(InetAddress.getLoopbackAddress(), controlPort);
            control.setTcpNoDelay(true);
            out = new BufferedWriter(new OutputStreamWriter(control.getOutputStream()));
            in = new BufferedReader(new InputStreamReader(control.getInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public String name() {
        return raw ? "raw" : "socketio";
    }

    @Override
    public Dialect dialect() {
        return raw ? new Dialect.Raw() : new Dialect.SocketIo();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long pid() {
        return child.pid();
    }

    @Override
    public void publish(long from, int count, int rooms) {
        say(
                Json.object(
                        "command",
                        raw ? "raw" : "spread",
                        "from",
                        from,
                        "count",
                        count,
                        "rooms",
                        rooms,
                        "bytes",
                        PAD));
    }

    private void say(Map<String, Object> command) {
        try {
            out.write(Json.write(command));
            out.write('\n');
            out.flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public Map<String, Object> memory() {
        say(Json.object("command", "memory"));
        try {
            var heap = in.readLine();
            var memory = Machine.memory(child.pid());
            memory.put("heap", Long.parseLong(heap.replaceAll(".*\"heapUsed\":(\\d+).*", "$1")));
            return memory;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public double cpuBeside() {
        return 0;
    }

    @Override
    public long transactions() {
        return 0;
    }

    @Override
    public void close() {
        try {
            control.close();
        } catch (IOException ignored) {
            // It is going away.
        }
        child.close();
    }
}
