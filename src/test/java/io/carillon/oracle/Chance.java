package io.carillon.oracle;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// What one thread of the oracle throws its dice with. The same seed and name throw the same; what
/// the threads do to each other no seed repeats.
final class Chance {
    private final RandomGenerator random;

    Chance(long seed, String name) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31 + name.hashCode());
    }

    /// @return 0 to `bound` - 1
    int below(int bound) {
        return random.nextInt(bound);
    }

    /// @return `least` to `most`
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /// @return true once in so many times
    boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    <T> T of(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    @SafeVarargs
    final <T> T of(T... all) {
        return all[random.nextInt(all.length)];
    }
}
