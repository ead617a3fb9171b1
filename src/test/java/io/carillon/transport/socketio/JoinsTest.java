package io.carillon.transport.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.channel.Cursor;
import io.carillon.channel.Place;
import io.carillon.channel.Position;
import io.carillon.transport.socketio.Joins.Join;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Which join a client must have received, and what its offset says of that.
@Tag("F3")
class JoinsTest {
    private static final String EPOCH = "0123456789ab";
    private static final Pid PID =
            new Pid(
                    UUID.fromString("12345678-0000-0000-0000-000000000000"),
                    "i",
                    "t",
                    "u",
                    "/",
                    0,
                    "");
    private static final Pid OTHER =
            new Pid(
                    UUID.fromString("87654321-0000-0000-0000-000000000000"),
                    "i",
                    "t",
                    "u",
                    "/",
                    0,
                    "");
    private static final Join SECOND = new Join(2, at(100).encode());

    private static Cursor at(long xmax, long... pending) {
        return new Cursor(EPOCH, Place.at(new Position(xmax, pending)));
    }

    @Test
    void theLastJoinOfWhatIsFollowedCounts() {
        var joins = new Joins(PID, 4);
        assertThat(joins.last(Set.of("a"))).isNull();
        joins.caughtUp(List.of("a", "b"), at(10));
        joins.caughtUp(List.of("c"), at(20));
        assertThat(joins.last(Set.of("a", "b", "c"))).isEqualTo(new Join(6, at(20).encode()));
        joins.live(List.of("c"));
        assertThat(joins.last(Set.of("a", "b", "c"))).isEqualTo(new Join(5, at(10).encode()));
        assertThat(joins.last(Set.of("b"))).isEqualTo(new Join(5, at(10).encode()));
        assertThat(joins.last(Set.of())).isNull();
        assertThat(joins.last(Set.of("b"))).as("forgotten").isNull();
    }

    @Test
    void offsetsCarryTheLastJoin() {
        var joins = new Joins(PID, 0);
        assertThat(joins.offset(at(10))).isEqualTo(at(10).encode());
        joins.caughtUp(List.of("a"), at(10));
        joins.live(List.of("a"));
        var text = joins.offset(at(10));
        assertThat(text).isEqualTo(at(10).encode() + "~12345678.1");
        var offset = Offset.of(text);
        assertThat(offset).isEqualTo(new Offset(at(10).encode(), "12345678", 1));
        assertThat(offset.encode()).isEqualTo(text);
        assertThat(offset.received(PID)).isEqualTo(1);
        assertThat(offset.received(OTHER)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "~",
                "~~",
                "x~12345678.",
                "x~1234567.1",
                "x~12345678_1",
                "x~12345678.g",
                "x~12345678.-1",
                "x~12345678.1234567890123456",
                "~12345678.1~"
            })
    void whatIsNoMarkIsLeftWithTheCursor(String text) {
        assertThat(Offset.of(text)).isEqualTo(new Offset(text, null, 0));
    }

    @ParameterizedTest
    @CsvSource({"1,false", "2,true", "3,true"})
    void aMarkProvesTheJoinsUpToIt(long number, boolean proves) {
        var offset = new Offset(at(100).encode(), "12345678", number);
        assertThat(offset.proves(PID, SECOND)).isEqualTo(proves);
        assertThat(offset.proves(OTHER, SECOND)).isFalse();
    }

    @Test
    void aPlaceProvesTheJoinWhenItLiesBeyondItsEnd() {
        assertThat(proves(at(99))).isFalse();
        assertThat(proves(at(100))).as("the end itself may have been there before").isFalse();
        assertThat(proves(at(101))).isTrue();
        assertThat(proves(at(101, 90))).as("not all of it").isFalse();
        assertThat(proves(inside(90, 100))).as("on the way to the end").isFalse();
        assertThat(proves(inside(100, 110))).as("on the way from there").isTrue();
        assertThat(proves(new Cursor("ba9876543210", at(200).place()))).isFalse();
        assertThat(Offset.of("nonsense").proves(PID, SECOND)).isFalse();
    }

    private static Cursor inside(long from, long to) {
        var none = new long[0];
        return new Cursor(EPOCH, new Place(new Position(from, none), new Position(to, none), 7));
    }

    private static boolean proves(Cursor cursor) {
        return Offset.of(cursor.encode()).proves(PID, SECOND);
    }
}
