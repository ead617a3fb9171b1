package io.carillon.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.connection.Command;
import io.carillon.connection.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

class CommandDecoderTest {
    private static final List<String> GOOD =
            List.of(
                    "{\"id\":1,\"command\":\"connect\",\"token\":\"a.b.c\"}",
                    "{\"id\":2,\"command\":\"subscribe\",\"channels\":[\"orders\",\"é\"],\"cursor\":\"1abc-ff\"}",
                    "{\"id\":3,\"command\":\"unsubscribe\",\"channels\":[\"orders\"]}",
                    "{\"id\":4,\"command\":\"publish\",\"channel\":\"c\",\"type\":\"typing.start\",\"data\":{\"a\":[1,-2.5e3,null,true,{\"b\":\"\\u00e9\\ud83d\\ude00\"}]}}",
                    "{\"id\":5,\"command\":\"refresh\",\"token\":\"a.b.c\"}",
                    "{\"id\":9007199254740991,\"command\":\"ping\",\"unknown\":{\"x\":[[]]}}");

    @Test
    void readsEveryCommand() {
        assertThat(GOOD.stream().map(CommandDecoderTest::command).toList())
                .containsExactly(
                        new Command.Connect(1, "a.b.c"),
                        new Command.Subscribe(2, List.of("orders", "é"), "1abc-ff"),
                        new Command.Unsubscribe(3, List.of("orders")),
                        new Command.Publish(
                                4,
                                "c",
                                "typing.start",
                                "{\"a\":[1,-2.5e3,null,true,{\"b\":\"\\u00e9\\ud83d\\ude00\"}]}"),
                        new Command.Refresh(5, "a.b.c"),
                        new Command.Ping(9007199254740991L));
    }

    @Test
    void membersComeInAnyOrder() {
        assertThat(command("{\"channels\":[\"a\"],\"command\":\"subscribe\",\"id\":0}"))
                .isEqualTo(new Command.Subscribe(0, List.of("a"), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-0.5",
                "1e300",
                "\"text\"",
                "\"\"",
                "true",
                "false",
                "{}",
                "[]",
                "[ 1 , 2 ]",
                "{\"a\" : {\"b\":[]}}",
                "\"\\\"quoted\\\" \\\\ }\"",
                "123456789012345678901234567890"
            })
    void dataIsKeptAsItWasWritten(String data) {
        for (var around : List.of("%s}", " %s }", "\n%s\t,\"ref\":1}")) {
            var text =
                    "{\"id\":1,\"command\":\"publish\",\"channel\":\"c\",\"type\":\"t\",\"data\":"
                            + around.formatted(data);
            assertThat(command(text)).isEqualTo(new Command.Publish(1, "c", "t", data));
        }
    }

    @Test
    void dataThatIsNullOrAbsentIsNothing() {
        var start = "{\"id\":1,\"command\":\"publish\",\"channel\":\"c\",\"type\":\"t\"";
        assertThat(command(start + "}")).isEqualTo(new Command.Publish(1, "c", "t", null));
        assertThat(command(start + ",\"data\":null}"))
                .isEqualTo(new Command.Publish(1, "c", "t", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "[]",
                "\"x\"",
                "{",
                "{}",
                "{}{}",
                "{\"id\":1}x",
                "{\"id\":\"1\",\"command\":\"ping\"}",
                "{\"id\":1.0,\"command\":\"ping\"}",
                "{\"id\":-1,\"command\":\"ping\"}",
                "{\"id\":9007199254740992,\"command\":\"ping\"}",
                "{\"id\":99999999999999999999,\"command\":\"ping\"}",
                "{\"id\":null,\"command\":\"ping\"}",
                "{\"command\":\"ping\"}",
                "{'id':1}",
                "{\"id\":NaN,\"command\":\"ping\"}",
                "{\"id\":01,\"command\":\"ping\"}",
                "\uFEFF{\"id\":1,\"command\":\"ping\"}"
            })
    void whatHasNoReadableIdIsMalformedWithoutOne(String text) {
        assertThat(decode(text))
                .isInstanceOfSatisfying(
                        Decoded.Refused.class,
                        refused -> {
                            assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED);
                            assertThat(refused.detail()).isNotBlank();
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":7,\"command\":1}",
                "{\"id\":7,\"command\":\"ping\",\"id\":7}",
                "{\"id\":7,\"command\":\"ping\",\"x\":{\"y\":1,\"y\":2}}",
                "{\"id\":7,\"command\":\"ping\"} 1",
                "{\"id\":7,\"command\":\"connect\"}",
                "{\"id\":7,\"command\":\"connect\",\"token\":7}",
                "{\"id\":7,\"command\":\"connect\",\"token\":\"\\u0000\"}",
                "{\"id\":7,\"command\":\"subscribe\"}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":\"a\"}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[1]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[[\"a\"]]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[\"a\",\"a\"]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[\"\"]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[\"a\\u0007\"]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[\"\\ud800\"]}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[\"a\"],\"cursor\":null}",
                "{\"id\":7,\"command\":\"subscribe\",\"channels\":[\"a\"],\"cursor\":1}",
                "{\"id\":7,\"command\":\"publish\",\"channel\":\"c\"}",
                "{\"id\":7,\"command\":\"publish\",\"type\":\"t\"}",
                "{\"id\":7,\"command\":\"publish\",\"channel\":\"c\",\"type\":\"t\",\"data\":\"\\u0000\"}",
                "{\"id\":7,\"command\":\"publish\",\"channel\":\"c\",\"type\":\"t\",\"data\":{\"\\udc00\":1}}",
                "{\"id\":7,\"command\":\"publish\",\"channel\":\"c\",\"type\":\"t\",\"data\":1e999}"
            })
    void whatIsWrongIsMalformedWithItsId(String text) {
        assertThat(decode(text))
                .isInstanceOfSatisfying(
                        Decoded.Refused.class,
                        refused -> {
                            assertThat(refused.id()).isEqualTo(7L);
                            assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED);
                        });
    }

    @Test
    void channelNamesAreBoundInBytes() {
        var start = "{\"id\":7,\"command\":\"unsubscribe\",\"channels\":[\"";
        assertThat(decode(start + "é".repeat(100) + "\"]}")).isInstanceOf(Decoded.Understood.class);
        assertThat(decode(start + "é".repeat(101) + "\"]}")).isInstanceOf(Decoded.Refused.class);
    }

    @Test
    void depthIsBound() {
        var start = "{\"id\":7,\"command\":\"ping\",\"x\":";
        var deep = CommandDecoder.MAX_DEPTH - 1;
        assertThat(decode(start + "[".repeat(deep) + "]".repeat(deep) + "}"))
                .isInstanceOf(Decoded.Understood.class);
        assertThat(decode(start + "[".repeat(60_000))).isInstanceOf(Decoded.Refused.class);
    }

    @Test
    void bytesThatAreNoUtf8AreNoText() {
        for (byte[] bytes :
                List.of(
                        new byte[] {(byte) 0xff}, new byte[] {(byte) 0xc3},
                        new byte[] {(byte) 0xc0, (byte) 0x80},
                                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})) {
            assertThat(CommandDecoder.decode(ByteBuffer.wrap(bytes)))
                    .isInstanceOf(Decoded.NotText.class);
        }
    }

    /// `-Dfuzz.seed=…` repeats a run, `-Dfuzz.rounds=…` makes it longer.
    @Test
    void noInputThrowsAndNoneChangesWhatComesAfter() {
        var seed = Long.getLong("fuzz.seed", System.nanoTime());
        var random = new Random(seed);
        for (var round = 0; round < Integer.getInteger("fuzz.rounds", 300_000); round++) {
            var bytes = mutated(random);
            assertThat(CommandDecoder.decode(ByteBuffer.wrap(bytes)))
                    .as("-Dfuzz.seed=%d: %s", seed, new String(bytes, StandardCharsets.ISO_8859_1))
                    .isNotNull();
            if (round % 10_000 == 0) {
                readsEveryCommand();
            }
        }
    }

    private static byte[] mutated(Random random) {
        var bytes = GOOD.get(random.nextInt(GOOD.size())).getBytes(StandardCharsets.UTF_8);
        switch (random.nextInt(5)) {
            case 0 -> {
                bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
            }
            case 1 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> {
                var alphabet =
                        "{}[]\",:\\u0d8ef019-+.eEtrnl \n\u0000".getBytes(StandardCharsets.UTF_8);
                for (var change = 0; change <= random.nextInt(4); change++) {
                    bytes[random.nextInt(bytes.length)] = alphabet[random.nextInt(alphabet.length)];
                }
            }
            case 3 -> {
                var from = random.nextInt(bytes.length);
                var length = random.nextInt(bytes.length - from);
                var to = random.nextInt(bytes.length - length);
                System.arraycopy(bytes, from, bytes, to, length);
            }
            default -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static Decoded decode(String text) {
        return CommandDecoder.decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Command command(String text) {
        return ((Decoded.Understood) decode(text)).command();
    }
}
