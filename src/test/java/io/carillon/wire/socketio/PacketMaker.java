package io.carillon.wire.socketio;

import java.util.Random;

/// Makes packets from a seed: right ones, and ones that somebody has bitten into.
public final class PacketMaker {
    private static final String[] PIECES = {
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "51-",
        "52-",
        "50-",
        "/",
        "/custom,",
        "/a",
        ",",
        "12",
        "9007199254740993",
        "[",
        "]",
        "{",
        "}",
        "\"a\"",
        "\"message\"",
        "\"connect\"",
        ":",
        "null",
        "true",
        "1e999",
        "-0",
        "\\ud800",
        "\u0000",
        "\ud83d",
        "\ude00",
        "\u001e",
        "{\"_placeholder\":true,\"num\":0}",
        "{\"_placeholder\":true,\"num\":9}",
        "\"\\u0000\"",
        "[[[[[[[[",
        "0.1",
        " ",
        "\n",
        "é",
        "\"message-with-ack\""
    };

    private final Random random;

    public PacketMaker(long seed) {
        random = new Random(seed);
    }

    /// @return a text packet without Engine.IO's type, right half of the time
    public String packet() {
        var right = right();
        return switch (random.nextInt(6)) {
            case 0, 1, 2 -> right;
            case 3 -> bitten(right);
            case 4 -> right.substring(0, random.nextInt(right.length() + 1));
            default -> pieces();
        };
    }

    private String right() {
        var namespace = random.nextInt(3) == 0 ? "/custom," : "";
        var ack = random.nextBoolean() ? "" : Integer.toString(random.nextInt(1_000));
        return switch (random.nextInt(6)) {
            case 0 -> "0" + namespace + "{\"token\":" + value(0) + "}";
            case 1 -> "1" + namespace;
            case 2 -> "3" + namespace + "7[" + value(0) + "]";
            case 3 -> "51-" + namespace + ack + "[\"message\",{\"_placeholder\":true,\"num\":0}]";
            default -> "2" + namespace + ack + "[\"message\"," + value(0) + "," + value(0) + "]";
        };
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> Long.toString(random.nextLong());
            case 1 -> Double.toString(random.nextGaussian());
            case 2 -> "null";
            case 3 -> random.nextBoolean() ? "true" : "false";
            case 4 -> "\"" + "x".repeat(random.nextInt(20)) + "ä\\n\"";
            case 5 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            default -> "{\"k\":" + value(depth + 1) + "}";
        };
    }

    private String bitten(String text) {
        var bytes = new StringBuilder(text);
        for (var bites = 1 + random.nextInt(3); bites > 0 && !bytes.isEmpty(); bites--) {
            var at = random.nextInt(bytes.length());
            switch (random.nextInt(3)) {
                case 0 -> bytes.deleteCharAt(at);
                case 1 -> bytes.setCharAt(at, (char) random.nextInt(0x2ff));
                default -> bytes.insert(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return bytes.toString();
    }

    private String pieces() {
        var text = new StringBuilder();
        for (var count = random.nextInt(12); count >= 0; count--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /// @return what a client might post: several packets of Engine.IO
    public String payload() {
        var payload = new StringBuilder();
        for (var count = random.nextInt(5); count >= 0; count--) {
            if (!payload.isEmpty()) {
                payload.append('\u001e');
            }
            switch (random.nextInt(8)) {
                case 0 -> payload.append('3');
                case 1 -> payload.append("bAQIDBA==");
                case 2 -> payload.append('b').append(packet());
                case 3 -> payload.append(packet());
                default -> payload.append('4').append(packet());
            }
        }
        return chance(4) ? bitten(payload.toString()) : payload.toString();
    }

    /// @return binary data, mostly short
    public byte[] bytes() {
        var bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    /// @return one in so many
    public boolean chance(int many) {
        return random.nextInt(many) == 0;
    }
}
