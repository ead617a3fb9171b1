package io.carillon.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Objects;
import java.util.Random;

class CursorTest {
    private static final String EPOCH = "0123456789ab";

    private static Cursor parsed(String text) {
        return Objects.requireNonNull(Cursor.parse(text), text);
    }

    @Test
    void aWholePlaceIsShortText() {
        var cursor =
                new Cursor(EPOCH, Place.at(new Position(0x2f1, new long[] {0x2f1 - 3, 0x2f0})));
        assertThat(cursor.encode()).isEqualTo("10123456789ab-2f1.3.1");
        assertThat(parsed(cursor.encode())).isEqualTo(cursor);
    }

    @Test
    void aPlaceInsideABatchComesBack() {
        var place =
                new Place(
                        new Position(100, new long[] {7, 99}),
                        new Position(120, new long[] {99, 118}),
                        4711);
        assertThat(parsed(new Cursor(EPOCH, place).encode()).place()).isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "20123456789ab-2f1",
                "10123456789aX-2f1",
                "10123456789ab",
                "10123456789ab-",
                "10123456789ab-2f1.",
                "10123456789ab-2f1.0",
                "10123456789ab-2f1.1.3",
                "10123456789ab-2f1.3.3",
                "10123456789ab-2f1.2f2",
                "10123456789ab--2f1",
                "10123456789ab-+2f1",
                "10123456789ab-2f1-2f2",
                "10123456789ab-2f1-2f2-1-1",
                "10123456789ab-fffffffffffffffff",
                "10123456789ab-2f1 ",
                "10123456789ab-2f1\u0000"
            })
    void anythingElseIsNoCursor(String text) {
        assertThat(Cursor.parse(text)).isNull();
    }

    @Test
    void tooLongOrTooManyPendingIsNoCursor() {
        var pending = new long[Cursor.MAX_PENDING + 1];
        for (var index = 0; index < pending.length; index++) {
            pending[index] = index;
        }
        var cursor = new Cursor(EPOCH, Place.at(new Position(5_000, pending)));
        assertThat(Cursor.parse(cursor.encode())).isNull();
    }

    @Test
    void noTextMakesItThrow() {
        var random = new Random(11);
        var good = "10123456789ab-2f1.3.1-3ff.a-1a".toCharArray();
        for (var round = 0; round < 200_000; round++) {
            var text = good.clone();
            for (var changes = random.nextInt(4); changes >= 0; changes--) {
                text[random.nextInt(text.length)] = (char) random.nextInt(128);
            }
            var cursor = Cursor.parse(new String(text));
            if (cursor != null) {
                assertThat(parsed(cursor.encode())).isEqualTo(cursor);
            }
        }
    }
}
