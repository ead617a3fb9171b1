package io.carillon.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;

class PositionTest {
    private static Position position(long xmax, long... pending) {
        return new Position(xmax, pending);
    }

    @Test
    void seesWhatIsBelowXmaxAndNotPending() {
        var position = position(10, 4, 7);
        assertThat(position.sees(3)).isTrue();
        assertThat(position.sees(4)).isFalse();
        assertThat(position.sees(9)).isTrue();
        assertThat(position.sees(10)).isFalse();
    }

    @Test
    void trimmingLeavesOutIdsThatNoEventVouchesFor() {
        // 12 to 19 were handed out, but wrote nothing that was flushed: after a crash they come
        // again.
        assertThat(Position.trimmed(11, new long[] {8, 13, 17})).isEqualTo(position(12, 8));
    }

    @Test
    void trimmingChangesNothingThatIsVisible() {
        var trimmed = Position.trimmed(11, new long[] {8, 13});
        LongStream.of(5, 7, 9, 11).forEach(xid -> assertThat(trimmed.sees(xid)).isTrue());
        LongStream.of(8, 13, 14).forEach(xid -> assertThat(trimmed.sees(xid)).isFalse());
    }

    @Test
    void coversIsAComparisonOfSets() {
        assertThat(position(10, 4).covers(position(9, 4))).isTrue();
        assertThat(position(10, 4).covers(position(9))).isFalse();
        assertThat(position(9).covers(position(10, 9))).isTrue();
        assertThat(position(9).covers(position(10))).isFalse();
        assertThat(position(9).covers(position(12, 9, 10, 11))).isTrue();
    }

    @Test
    void coversAgreesWithSetsForAnyPairOfPositions() {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++) {
            var one = random(random);
            var other = random(random);
            var expected =
                    LongStream.range(0, 20).allMatch(xid -> !other.sees(xid) || one.sees(xid));
            assertThat(one.covers(other)).as("%s covers %s", one, other).isEqualTo(expected);
        }
    }

    private static Position random(Random random) {
        var xmax = random.nextInt(12);
        var pending = new TreeSet<Long>();
        for (var count = random.nextInt(5); count > 0 && xmax > 0; count--) {
            pending.add((long) random.nextInt(xmax));
        }
        return position(xmax, pending.stream().mapToLong(Long::longValue).toArray());
    }
}
