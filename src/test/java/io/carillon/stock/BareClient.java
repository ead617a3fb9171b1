package io.carillon.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.carillon.conformance.RawWebSocket;
import io.carillon.conformance.TestNode;

import java.io.IOException;

/// A client that keeps what the stock client keeps, and reads no further than a test wants.
final class BareClient implements AutoCloseable {
    static final String PATH = "/socket.io/?EIO=4&transport=websocket";
    private static final ObjectMapper JSON = new ObjectMapper();

    final RawWebSocket socket;

    /// What came of entering.
    final String pid;

    /// As the stock client keeps it.
    private String offset = "";

    private int asked;

    /// @param auth more members of `auth`, each behind a comma
    BareClient(TestNode node, String token, String auth) throws IOException {
        socket = RawWebSocket.open(node.port(), PATH);
        assertThat(socket.frame().text()).startsWith("0{");
        socket.send("40{\"token\":\"" + token + "\"" + auth + "}");
        pid = JSON.readTree(packet("40")).path("pid").asText();
    }

    /// @return what it comes back with: members of `auth`, each behind a comma
    String back() {
        return ",\"pid\":\""
                + pid
                + "\""
                + (offset.isEmpty() ? "" : ",\"offset\":\"" + offset + "\"");
    }

    /// @return the rest of the next packet of a kind
    String packet(String kind) throws IOException {
        while (true) {
            var text = socket.frame().text();
            if (text.equals("2")) {
                socket.send("3");
            }
            if (text.startsWith("42")) {
                var event = JSON.readTree(text.substring(2));
                var last = event.get(event.size() - 1);
                offset = last.isTextual() && event.size() > 1 ? last.asText() : offset;
            }
            if (text.startsWith(kind)) {
                return text.substring(kind.length());
            }
        }
    }

    /// @return the next event
    private JsonNode event() throws IOException {
        return JSON.readTree(packet("42"));
    }

    /// @return the first argument of the next event of that name
    JsonNode event(String name) throws IOException {
        var event = event();
        while (!event.get(0).asText().equals(name)) {
            event = event();
        }
        return event.path(1);
    }

    /// @return the payload of the next event of the log
    JsonNode next() throws IOException {
        var event = event();
        while (event.get(0).asText().startsWith("carillon:")) {
            event = event();
        }
        return event.get(1);
    }

    /// The next events of the log are these.
    void expect(int from, int to) throws IOException {
        for (var n = from; n < to; n++) {
            assertThat(next().at("/data/n").asInt()).isEqualTo(n);
        }
    }

    /// Emits without reading on.
    ///
    /// @param event name and arguments, JSON
    void emit(String event) {
        socket.send("42[" + event + "]");
    }

    /// @param event name and arguments, JSON
    /// @return the answer; what comes before it is passed over
    JsonNode ask(String event) throws IOException {
        var number = ++asked;
        socket.send("42" + number + "[" + event + "]");
        return JSON.readTree(packet("43" + number)).path(0);
    }

    @Override
    public void close() {
        socket.close();
    }
}
