package io.carillon.wire.socketio;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.carillon.wire.JsonText;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads a client's packets, strictly: `src/docs/socketio.md`, "Packets".
///
/// One per client, for an event with attachments is several messages; confined to its thread. Never
/// throws. Bounded: one packet at a time is waited for, with [#MAX_ATTACHMENTS] attachments, whose
/// sizes the transport bounds; [#MAX_ARGUMENTS] arguments, [JsonText#MAX_DEPTH] levels.
public final class PacketDecoder {
    /// The most attachments of one packet, as the stock server has it.
    public static final int MAX_ATTACHMENTS = 10;

    /// The most arguments of one event.
    public static final int MAX_ARGUMENTS = 100;

    private static final int MAX_NAME = 200;
    private static final int ACK_DIGITS = 16;
    private static final long MAX_ACK = (1L << 53) - 1;
    static final Set<String> RESERVED =
            Set.of(
                    "connect",
                    "connect_error",
                    "disconnect",
                    "disconnecting",
                    "newListener",
                    "removeListener");

    private @Nullable Waiting waiting;

    /// What came of a message.
    public sealed interface Decoded {
        /// @param packet whole
        record Whole(Packet packet) implements Decoded {}

        /// Attachments are still to come.
        record More() implements Decoded {}

        /// The client does not speak the protocol.
        ///
        /// @param fault why
        record Bad(PacketFault fault) implements Decoded {}
    }

    private record Waiting(Packet packet, int count, List<byte[]> attachments) {}

    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
        private final PacketFault fault;

        Fault(PacketFault fault) {
            // A client's mistakes must not cost stack traces.
            super(fault.code(), null, false, false);
            this.fault = fault;
        }
    }

    /// @return whether attachments are still to come
    public boolean waits() {
        return waiting != null;
    }

    /// @param text a message's text, without Engine.IO's packet type
    /// @return what it says
    public Decoded text(String text) {
        if (waiting != null) {
            return new Decoded.Bad(PacketFault.BINARY);
        }
        try {
            return read(text);
        } catch (Fault bad) {
            return new Decoded.Bad(bad.fault);
        } catch (IOException | RuntimeException notJson) {
            return new Decoded.Bad(PacketFault.PAYLOAD);
        }
    }

    /// @param attachment a binary message; kept
    /// @return the packet, when it was the last one
    public Decoded binary(byte[] attachment) {
        var open = waiting;
        if (open == null) {
            return new Decoded.Bad(PacketFault.BINARY);
        }
        open.attachments.add(attachment);
        if (open.attachments.size() < open.count) {
            return new Decoded.More();
        }
        waiting = null;
        return new Decoded.Whole(open.packet);
    }

    private Decoded read(String text) throws Fault, IOException {
        var type = text.isEmpty() ? ' ' : text.charAt(0);
        if (type < '0' || type > '6' || type == '4') {
            throw new Fault(PacketFault.TYPE);
        }
        var at = 1;
        var count = 0;
        if (type >= '5') {
            var dash = text.indexOf('-');
            count = attachments(text, dash);
            at = dash + 1;
        }
        var namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            var comma = text.indexOf(',', at);
            namespace = text.substring(at, comma < 0 ? text.length() : comma);
            if (namespace.length() > MAX_NAME
                    || namespace.chars().anyMatch(Character::isISOControl)) {
                throw new Fault(PacketFault.NAMESPACE);
            }
            at = comma < 0 ? text.length() : comma + 1;
        }
        var end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        var ack = ack(text.substring(at, end));
        var payload = text.substring(end);
        var packet = packet(type, namespace, ack, payload, new ArrayList<>(count));
        return complete(packet, count);
    }

    private static int attachments(String text, int dash) throws Fault {
        if (dash < 2 || dash > 4) {
            throw new Fault(PacketFault.ATTACHMENTS);
        }
        var count = 0;
        for (var index = 1; index < dash; index++) {
            var digit = text.charAt(index) - '0';
            if (digit < 0 || digit > 9) {
                throw new Fault(PacketFault.ATTACHMENTS);
            }
            count = count * 10 + digit;
        }
        if (count > MAX_ATTACHMENTS) {
            throw new Fault(PacketFault.ATTACHMENTS);
        }
        return count;
    }

    private static @Nullable Long ack(String digits) throws Fault {
        if (digits.isEmpty()) {
            return null;
        }
        if (digits.length() > ACK_DIGITS || !digits.chars().allMatch(unit -> unit < 128)) {
            throw new Fault(PacketFault.ACK_ID);
        }
        var number = Long.parseLong(digits);
        if (number > MAX_ACK) {
            throw new Fault(PacketFault.ACK_ID);
        }
        return number;
    }

    private static Packet packet(
            char type,
            String namespace,
            @Nullable Long ack,
            String payload,
            List<byte[]> attachments)
            throws Fault, IOException {
        switch (type) {
            case '0' -> {
                if (ack != null || !(payload.isEmpty() || isObject(payload))) {
                    throw new Fault(PacketFault.PAYLOAD);
                }
                return new Packet.Connect(namespace, payload.isEmpty() ? null : payload);
            }
            case '1' -> {
                if (ack != null || !payload.isEmpty()) {
                    throw new Fault(PacketFault.PAYLOAD);
                }
                return new Packet.Disconnect(namespace);
            }
            case '3', '6' -> {
                if (ack == null) {
                    throw new Fault(PacketFault.ACK_ID);
                }
                return new Packet.Ack(namespace, ack, array(payload), attachments);
            }
            default -> {
                var values = array(payload);
                if (values.isEmpty()) {
                    throw new Fault(PacketFault.EVENT_NAME);
                }
                return new Packet.Event(
                        namespace,
                        ack,
                        name(values.getFirst()),
                        List.copyOf(values.subList(1, values.size())),
                        attachments);
            }
        }
    }

    /// @return the elements of the array that a payload is, JSON each
    private static List<String> array(String payload) throws Fault, IOException {
        var values = new ArrayList<String>();
        try (var json = JsonText.parser(payload)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new Fault(PacketFault.PAYLOAD);
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                var value = JsonText.value(json, payload);
                if (value.fault() != null || values.size() > MAX_ARGUMENTS) {
                    throw new Fault(PacketFault.PAYLOAD);
                }
                values.add(value.text());
            }
            if (json.nextToken() != null) {
                throw new Fault(PacketFault.PAYLOAD);
            }
        }
        return values;
    }

    private static boolean isObject(String payload) throws IOException {
        try (var json = JsonText.parser(payload)) {
            return json.nextToken() == JsonToken.START_OBJECT
                    && JsonText.value(json, payload).fault() == null
                    && json.nextToken() == null;
        }
    }

    /// Numbers are names too, as the protocol has it.
    private static String name(String value) throws Fault, IOException {
        var number = !value.isEmpty() && "-0123456789".indexOf(value.charAt(0)) >= 0;
        var name = number ? value : string(value);
        if (name == null || name.isEmpty() || name.length() > MAX_NAME || RESERVED.contains(name)) {
            throw new Fault(PacketFault.EVENT_NAME);
        }
        return name;
    }

    private static @Nullable String string(String value) throws IOException {
        try (var json = JsonText.parser(value)) {
            return json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : null;
        }
    }

    private Decoded complete(Packet packet, int count) throws Fault, IOException {
        var places = 0;
        var attachments =
                switch (packet) {
                    case Packet.Event event -> {
                        places = count == 0 ? 0 : places(event.arguments(), count);
                        yield event.attachments();
                    }
                    case Packet.Ack ack -> {
                        places = count == 0 ? 0 : places(ack.arguments(), count);
                        yield ack.attachments();
                    }
                    case Packet.Connect ignored -> List.<byte[]>of();
                    case Packet.Disconnect ignored -> List.<byte[]>of();
                };
        if (places != count) {
            throw new Fault(PacketFault.PLACEHOLDER);
        }
        if (count == 0) {
            return new Decoded.Whole(packet);
        }
        waiting = new Waiting(packet, count, attachments);
        return new Decoded.More();
    }

    /// @return how many of the announced attachments have a place
    private static int places(List<String> arguments, int count) throws Fault, IOException {
        var seen = new boolean[count];
        for (var argument : arguments) {
            try (var json = JsonText.parser(argument)) {
                for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                    if (token == JsonToken.FIELD_NAME
                            && json.currentName().equals("_placeholder")) {
                        mark(json, seen);
                    }
                }
            }
        }
        var places = 0;
        for (var one : seen) {
            places += one ? 1 : 0;
        }
        return places;
    }

    /// `{"_placeholder":true,"num":0}`, as every client writes it.
    private static void mark(JsonParser json, boolean[] seen) throws Fault, IOException {
        if (json.nextToken() != JsonToken.VALUE_TRUE) {
            return;
        }
        if (!"num".equals(json.nextFieldName())
                || json.nextToken() != JsonToken.VALUE_NUMBER_INT
                || json.getLongValue() < 0
                || json.getLongValue() >= seen.length) {
            throw new Fault(PacketFault.PLACEHOLDER);
        }
        seen[json.getIntValue()] = true;
    }
}
