package io.carillon.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import java.util.function.ToLongFunction;

/// All clients of one run, on one event loop. Called by the scenario's thread, which waits.
final class Fleet implements AutoCloseable {
    /// Source addresses are used in turn: each has some 28,000 ports.
    private static final int ADDRESSES = 16;

    /// Handshakes under way at the same time, at a quiet start and in a storm.
    private static final int OPENING = 64;

    private static final int STORMING = 512;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<Client> clients = new ArrayList<>();
    private final Tally tally = new Tally();
    private final Dialect dialect;
    private final int port;
    private final int pad;
    private final Timeline timeline;
    private final List<Memo> chains = new ArrayList<>();
    private volatile Arrivals arrivals = (_, _) -> {};

    /// Hears of every message on the load's loop.
    interface Arrivals {
        /// @param numbers of its events
        /// @param nanos when it was read
        void heard(long[] numbers, long nanos);
    }

    /// @param dialect how the server is spoken to
    /// @param port of the server on 127.0.0.1
    /// @param rooms clients are dealt to them in turn
    /// @param pad see [Memo#after]
    Fleet(Dialect dialect, int port, int rooms, int pad) {
        this.dialect = dialect;
        this.port = port;
        this.pad = pad;
        this.timeline = new Timeline(rooms);
        for (var room = 0; room < rooms; room++) {
            chains.add(Memo.start());
        }
    }

    Dialect dialect() {
        return dialect;
    }

    Tally tally() {
        return tally;
    }

    Timeline timeline() {
        return timeline;
    }

    int port() {
        return port;
    }

    int pad() {
        return pad;
    }

    int size() {
        return clients.size();
    }

    void heard(long[] numbers, long nanos) {
        arrivals.heard(numbers, nanos);
    }

    void listen(Arrivals listener) {
        arrivals = listener;
    }

    /// Opens clients, dealt to the rooms in turn, and waits until all of them receive events.
    ///
    /// @param count how many
    void open(int count) {
        open(count, number -> number % chains.size());
    }

    /// Opens clients in one room and waits until all of them receive events.
    ///
    /// @param count how many
    /// @param room its number
    void openIn(int room, int count) {
        open(count, _ -> room);
    }

    /// Opens clients in the first room, all of them at the same moment, and waits for all.
    ///
    /// @param count how many
    void openAtOnce(int count) {
        for (var number = 0; number < count; number++) {
            clients.add(new Client(this, 0, chains.getFirst(), 0, null));
        }
        connect(clients, count);
    }

    private void open(int count, IntUnaryOperator rooms) {
        for (var number = 0; number < count; number++) {
            var room = rooms.applyAsInt(number);
            clients.add(new Client(this, room, chains.get(room), 0, null));
        }
        connect(clients, OPENING);
    }

    private void connect(List<Client> wanted, int opening) {
        var before = onLoop(tally::readyClients);
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        var opened = 0;
        while (true) {
            var ready = onLoop(tally::readyClients) - before;
            while (opened < wanted.size() && opened - ready < opening) {
                connect(wanted.get(opened), opened++);
            }
            if (ready == wanted.size()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        ready
                                + " of "
                                + wanted.size()
                                + " clients are ready; "
                                + snapshot().complaints());
            }
            pause(2);
        }
    }

    private Channel connect(Client client, int number) {
        client.begin();
        var bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(client);
                                    }
                                });
        var source = new InetSocketAddress("127.0.0." + (2 + number % ADDRESSES), 0);
        var future = bootstrap.connect(new InetSocketAddress("127.0.0.1", port), source);
        future.addListener(done -> {
            if (!done.isSuccess()) {
                tally.complain(String.valueOf(done.cause()));
            }
        });
        return future.channel();
    }

    /// Drops every connection and comes back at once, with the cursor where there is one.
    ///
    /// @param next the number of the first event that a client without recovery may expect
    /// @return nanoseconds until all clients receive events again
    long reconnect(ToLongFunction<Client> next) {
        var again =
                onLoop(() -> {
                    var successors = new ArrayList<Client>();
                    chains.replaceAll(_ -> Memo.start());
                    for (var client : clients) {
                        successors.add(
                                new Client(
                                        this,
                                        client.room(),
                                        chains.get(client.room()),
                                        next.applyAsLong(client),
                                        client.lastCursor()));
                        client.disconnect();
                    }
                    return successors;
                });
        clients.clear();
        clients.addAll(again);
        var start = System.nanoTime();
        connect(again, STORMING);
        return System.nanoTime() - start;
    }

    Tally.Snapshot snapshot() {
        return onLoop(tally::snapshot);
    }

    /// @param room a room
    /// @param number how many events it has had
    /// @return whether all its clients have received all of them
    long lacking(long[] published) {
        return onLoop(() -> {
            var sum = 0L;
            for (var client : clients) {
                sum += Math.max(0, published[client.room()] - client.next());
            }
            return sum;
        });
    }

    void forgetLatency() {
        onLoop(() -> {
            tally.forgetLatency();
            return true;
        });
    }

    /// @param question asked on the load's loop
    <T> T ask(Callable<T> question) {
        return onLoop(question);
    }

    private <T> T onLoop(Callable<T> question) {
        try {
            return loop.submit(question).get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        onLoop(() -> {
            clients.forEach(Client::disconnect);
            return true;
        });
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
