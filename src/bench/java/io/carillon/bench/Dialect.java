package io.carillon.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/// How a server is spoken to over its WebSocket. Immutable.
sealed interface Dialect {
    /// @param room the number of the client's room
    /// @return path and query of the handshake
    String path(int room);

    /// @param client whose WebSocket has just been opened
    void opened(Client client);

    /// @param client whose message it is
    /// @param in holds the message
    /// @param start where it starts
    /// @param length its bytes
    /// @return whether it carries events
    boolean events(Client client, ByteBuf in, int start, int length);

    /// Carillon's own protocol. Each room is a tenant of its own and a channel in it.
    ///
    /// @param tokens one for each room
    record Carillon(String[] tokens) implements Dialect {
        /// The channel that every client follows.
        static final String CHANNEL = "load";

        @Override
        public String path(int room) {
            return "/realtime";
        }

        @Override
        public void opened(Client client) {
            client.send(
                    "{\"id\":1,\"command\":\"connect\",\"token\":\""
                            + tokens[client.room()]
                            + "\"}");
            var cursor = client.cursor();
            client.send(
                    "{\"id\":2,\"command\":\"subscribe\",\"channels\":[\""
                            + CHANNEL
                            + "\"]"
                            + (cursor == null ? "" : ",\"cursor\":\"" + cursor + "\"")
                            + "}");
        }

        @Override
        public boolean events(Client client, ByteBuf in, int start, int length) {
            // {"push":"events"   {"push":"ping"   {"reply":2,"ok":true
            var kind = in.getByte(start + 2);
            if (kind == 'p' && length > 15 && in.getByte(start + 10) == 'v') {
                return true;
            }
            var text = in.toString(start, length, US_ASCII);
            if (text.startsWith("{\"push\":\"ping\"")) {
                client.send("{\"id\":9,\"command\":\"ping\"}");
            } else if (text.startsWith("{\"reply\":2,\"ok\":true")) {
                client.ready();
            } else if (!text.contains("\"ok\":true")) {
                client.complains(text);
            }
            return false;
        }
    }

    /// Carillon's own protocol as a page of the studio monitor speaks it: status, events, session.
    ///
    /// @param carillon the same for one channel
    /// @param feed counts what is ephemeral
    record Monitor(Carillon carillon, Feed feed) implements Dialect {
        /// The channel whose events count.
        static final String CHANNEL = "events";

        @Override
        public String path(int room) {
            return carillon.path(room);
        }

        @Override
        public void opened(Client client) {
            client.send(
                    "{\"id\":1,\"command\":\"connect\",\"token\":\""
                            + carillon.tokens[client.room()]
                            + "\"}");
            client.send(
                    "{\"id\":2,\"command\":\"subscribe\",\"channels\":[\"status\",\""
                            + CHANNEL
                            + "\",\"session\"]}");
        }

        @Override
        public boolean events(Client client, ByteBuf in, int start, int length) {
            // {"push":"ephemeral"
            if (in.getByte(start + 2) == 'p' && length > 15 && in.getByte(start + 10) == 'p') {
                feed.hear(in.toString(start, length, US_ASCII));
                return false;
            }
            return carillon.events(client, in, start, length);
        }
    }

    /// What came outside of the log, counted. Confined to the load's loop.
    final class Feed {
        private long statuses;
        private long meters;

        private void hear(String message) {
            if (message.contains("\"status.update\"")) {
                statuses++;
            }
            if (message.contains("\"audio.level\"")) {
                meters++;
            }
        }

        long statuses() {
            return statuses;
        }

        long meters() {
            return meters;
        }
    }

    /// Socket.IO 5 over Engine.IO 4, WebSocket only.
    record SocketIo() implements Dialect {
        @Override
        public String path(int room) {
            return "/socket.io/?EIO=4&transport=websocket";
        }

        @Override
        public void opened(Client client) {}

        @Override
        public boolean events(Client client, ByteBuf in, int start, int length) {
            switch (in.getByte(start)) {
                case '0' -> client.send("40{\"room\":\"t" + client.room() + "\"}");
                case '2' -> client.send("3");
                case '4' -> {
                    if (in.getByte(start + 1) == '2') {
                        return true;
                    } else if (in.getByte(start + 1) == '0') {
                        client.ready();
                    } else {
                        client.complains(in.toString(start, length, US_ASCII));
                    }
                }
                default -> client.complains(in.toString(start, length, US_ASCII));
            }
            return false;
        }
    }

    /// Socket.IO 5 on Carillon, the same payload as the peer's. Clients come back as the stock
    /// client does: with the pid of the first answer and the position of the last event.
    ///
    /// @param tokens one for each room
    record CarillonSocketIo(String[] tokens) implements Dialect {
        private static final String PID = "\"pid\":\"";

        @Override
        public String path(int room) {
            return new SocketIo().path(room);
        }

        @Override
        public void opened(Client client) {}

        @Override
        public boolean events(Client client, ByteBuf in, int start, int length) {
            switch (in.getByte(start)) {
                case '0' -> client.send("40" + auth(client));
                case '2' -> client.send("3");
                case '4' -> {
                    if (in.getByte(start + 1) == '2') {
                        return in.getByte(start + 4) == 'l';
                    }
                    var text = in.toString(start, length, US_ASCII);
                    var pid = text.indexOf(PID);
                    if (in.getByte(start + 1) == '0' && pid > 0) {
                        var from = pid + PID.length();
                        client.pid(text.substring(from, text.indexOf('"', from)));
                        client.ready();
                    } else {
                        client.complains(text);
                    }
                }
                default -> client.complains(in.toString(start, length, US_ASCII));
            }
            return false;
        }

        private String auth(Client client) {
            var before = client.cursor();
            var parts = before == null ? new String[0] : before.split(" ", 2);
            var back =
                    switch (parts.length) {
                        case 0 -> "";
                        case 1 -> "\"pid\":\"" + parts[0] + "\",";
                        default -> "\"pid\":\"" + parts[0] + "\",\"offset\":\"" + parts[1] + "\",";
                    };
            return "{" + back + "\"names\":\"data\",\"token\":\"" + tokens[client.room()] + "\"}";
        }
    }

    /// Plain WebSocket messages; every one is an event.
    record Raw() implements Dialect {
        @Override
        public String path(int room) {
            return "/raw";
        }

        @Override
        public void opened(Client client) {
            client.ready();
        }

        @Override
        public boolean events(Client client, ByteBuf in, int start, int length) {
            return true;
        }
    }
}
