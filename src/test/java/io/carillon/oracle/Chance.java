package io.carillon.oracle;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// What one thread of the oracle throws its dice with. The same seed and name throw the same; what
/// the threads do to each other no seed repeats.
public final class Chance {
    private final RandomGenerator random;

    public Chance(long seed, String name) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31 + name.hashCode());
    }

    /// @return 0 to `bound` - 1
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /// @return `least` to `most`
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /// @return true once in so many times
    public boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    public <T> T of(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    @SafeVarargs
    public final <T> T of(T... all) {
        return all[random.nextInt(all.length)];
    }
}
