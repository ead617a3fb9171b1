package io.carillon.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.wire.JsonText;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// What is plain is never what must be refused.
class PlainTest {
    private static final String[] PARTS = {
        "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\\", "\\u0000", "\\ud800", "\\n", "u0000",
        "0", "-1.5", "1e400", "1E", "true", "null", "é", "😀", " ", "\n", "\u0000", "\u0007",
        "{\"a\":", "x"
    };

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " [ ] \n",
                "{\"title\":\"São Paulo, \\\"A\\\" 😀\",\"n\":-12.50,\"on\":true,\"none\":null}",
                "{\"samples\":[[0.1,0.2],[1,2]],\"path\":\"C:\\\\users\\n\"}",
            })
    void theUsualIs(String text) {
        assertThat(Plain.is(bytes(text))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "\"a\"",
                "{\"a\":\"\\u0000\"}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":1e400}",
                "{\"a\":1.5E3}",
                "{} {}",
                "{}]",
                "{\"a\":\"b",
                "{\"a\":\"\u0001\"}",
                "\uFEFF{}",
            })
    void whatMustBeReadIsNot(String text) {
        assertThat(Plain.is(bytes(text))).isFalse();
    }

    @Test
    void depthAndLengthOfNumbersAreBounded() {
        assertThat(Plain.is(bytes("[".repeat(32) + "]".repeat(32)))).isTrue();
        assertThat(Plain.is(bytes("[".repeat(33) + "]".repeat(33)))).isFalse();
        assertThat(Plain.is(bytes("[" + "9".repeat(100) + "]"))).isTrue();
        assertThat(Plain.is(bytes("[" + "9".repeat(101) + "]"))).isFalse();
    }

    @Test
    void otherEncodingsAreNot() {
        assertThat(Plain.is("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE))).isFalse();
        assertThat(Plain.is("{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1))).isFalse();
        // Half a surrogate pair, as other encoders than UTF-8's write it.
        assertThat(Plain.is(new byte[] {'[', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ']'}))
                .isFalse();
    }

    @Test
    void whatIsPlainHasNoFault() {
        var chance = new Random(20);
        var plain = 0;
        for (var turn = 0; turn < 200_000; turn++) {
            var text = new StringBuilder(chance.nextInt(3) == 0 ? "" : "[");
            for (var part = chance.nextInt(8); part > 0; part--) {
                text.append(PARTS[chance.nextInt(PARTS.length)]);
            }
            text.append(chance.nextInt(3) == 0 ? "" : "]");
            if (Plain.is(bytes(text.toString()))) {
                plain++;
                assertThat(fault(text.toString())).as(text.toString()).isNull();
            }
        }
        assertThat(plain).isGreaterThan(1_000);
    }

    /// @return what must be refused though it is JSON
    private static @Nullable String fault(String whole) {
        var text = JsonText.utf8(ByteBuffer.wrap(bytes(whole)));
        try (var json = JsonText.parser(text)) {
            json.nextToken();
            var fault = JsonText.value(json, text).fault();
            return fault == null && json.nextToken() != null ? "more than one value" : fault;
        } catch (IOException wrong) {
            return null;
        }
    }
}
