package io.carillon.transport.socketio;

import io.carillon.auth.AuthSettings;
import io.carillon.auth.Origins;
import io.carillon.identity.NodeId;
import io.carillon.transport.engineio.Application;
import io.carillon.transport.engineio.Engine;
import io.carillon.transport.engineio.EngineDoor;
import io.carillon.transport.engineio.EngineFraming;
import io.carillon.transport.engineio.EngineSettings;
import io.carillon.transport.engineio.Relay;
import io.carillon.transport.engineio.Session;
import io.carillon.transport.websocket.Terms;
import io.carillon.wire.socketio.Packet;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the official protocol test suites expect of a server: `/engine.io/` echoes messages,
/// `/socket.io/` has the namespaces `/` and `/custom`, and `/refusing`, heartbeats of 300 and 200
/// ms, payloads up to 1,000,000 bytes, no recovery. No database; the engine and the packets are the
/// product's.
///
/// `mvn -q test-compile exec:exec@socketio-fixture` runs it on port 3000 until it is stopped.
public final class Fixture implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final Channel listening;
    private final Engine echoing;
    private final Engine speaking;

    /// As the suites expect it.
    ///
    /// @param port 0 for any
    public Fixture(int port) {
        this(port, Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofSeconds(1));
    }

    /// @return one that neither pings nor gives up while a test goes on, though the machine pauses
    public static Fixture patient() {
        return new Fixture(0, LONG, LONG, LONG);
    }

    /// @param pingInterval after which it pings
    /// @param pingTimeout after which it gives up
    /// @param connectTimeout for how long a client of `/socket.io/` may be nowhere
    public Fixture(int port, Duration pingInterval, Duration pingTimeout, Duration connectTimeout) {
        var settings =
                new EngineSettings(
                        pingInterval,
                        pingTimeout,
                        1_000_000,
                        Duration.ofSeconds(1),
                        List.of("/", "/custom"),
                        10,
                        Duration.ofSeconds(1));
        var terms = Terms.of(1_000_000, 65_536, Duration.ofSeconds(1));
        var door =
                new Engine.Door(
                        NodeId.random(),
                        new Origins(
                                new AuthSettings(
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        Duration.ofSeconds(30),
                                        List.of("https://app.example.com"),
                                        null,
                                        "",
                                        "admin",
                                        "operator",
                                        null)),
                        () -> true,
                        Relay.NONE);
        var engine = new Engine("/engine.io/", settings, terms, door, Echo::new);
        echoing = engine;
        var socketIo =
                new Engine(
                        "/socket.io/",
                        settings,
                        terms,
                        door,
                        new SocketIo(
                                Fixture::enter, new SocketIo.Limits(connectTimeout, 10, 50, 200)));
        speaking = socketIo;
        listening =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EpollServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        ChannelPipelineCustomizer
                                                                .HANDLER_HTTP_SERVER_CODEC,
                                                        new HttpServerCodec())
                                                .addLast(new EngineDoor(engine))
                                                .addLast(new EngineDoor(socketIo));
                                    }
                                })
                        .bind(port)
                        .syncUninterruptibly()
                        .channel();
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /// How many sessions of `/socket.io/` began with polling and are there.
    public int socketSessions() {
        return speaking.sessions();
    }

    /// How many sessions of `/engine.io/` began with polling and are there.
    public int engineSessions() {
        return echoing.sessions();
    }

    /// @return the engine of `/engine.io/`
    public Engine echoing() {
        return echoing;
    }

    private static Attachment enter(Client client, String namespace, String auth) {
        if (namespace.equals("/refusing")) {
            var attachment = new Echoed(client, namespace);
            client.session()
                    .loop()
                    .execute(() -> client.refuse(attachment, "nobody is let in", null));
            return attachment;
        }
        if (!namespace.equals("/") && !namespace.equals("/custom")) {
            return null;
        }
        client.admit(namespace, "id-" + System.nanoTime(), null);
        client.emit(namespace, "auth", List.of(auth == null ? "{}" : auth), List.of());
        client.session().flush();
        return new Echoed(client, namespace);
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 100, java.util.concurrent.TimeUnit.MILLISECONDS)
                .syncUninterruptibly();
    }

    public static void main(String[] arguments) throws InterruptedException {
        try (var fixture = new Fixture(3000)) {
            System.out.println("the fixture listens on port " + fixture.port());
            Thread.currentThread().join();
        }
    }

    /// Messages come back as they are; after `fault` its clock's every beat is one.
    private static final class Echo implements Application.Listener {
        private final Session session;
        private boolean faulty;

        private Echo(Session session) {
            this.session = session;
        }

        @Override
        public void text(String message) {
            faulty |= message.equals("fault");
            var framing = new EngineFraming();
            var out = Unpooled.buffer();
            framing.begin(out, "message", null);
            ByteBufUtil.writeUtf8(out, message);
            framing.end(out);
            session.write(out);
            session.flush();
        }

        @Override
        public void binary(byte[] message) {
            session.write(EngineFraming.binary(message));
            session.flush();
        }

        @Override
        public void heard() {}

        @Override
        public void writable() {}

        @Override
        public void tick(long nanos) {
            if (faulty) {
                throw new IllegalStateException("a fault of one session");
            }
        }

        @Override
        public void closed() {}
    }

    /// `message` comes back as `message-back`, `message-with-ack` as its ack, and `ask-me` makes
    /// the server ask: the answer comes back as `answered`, none in time as `unanswered`. For what
    /// it asks with arguments there is time.
    private record Echoed(Client client, String namespace) implements Attachment {
        @Override
        public void event(Packet.Event event) {
            switch (event.name()) {
                case "message" ->
                        client.emit(
                                namespace, "message-back", event.arguments(), event.attachments());
                case "message-with-ack" ->
                        client.answer(
                                namespace, event.ack(), event.arguments(), event.attachments());
                case "ask-me" ->
                        client.ask(
                                namespace,
                                "question",
                                event.arguments(),
                                event.arguments().isEmpty() ? Duration.ofMillis(200) : LONG,
                                answer -> {
                                    var told = new ArrayList<String>();
                                    if (answer != null) {
                                        told.addAll(answer);
                                    }
                                    client.emit(
                                            namespace,
                                            answer == null ? "unanswered" : "answered",
                                            told,
                                            List.of());
                                    client.session().flush();
                                });
                default -> {}
            }
            client.session().flush();
        }

        @Override
        public void heard() {}

        @Override
        public void drained() {}

        @Override
        public void left() {}
    }
}
