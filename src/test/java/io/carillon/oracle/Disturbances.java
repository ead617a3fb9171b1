package io.carillon.oracle;

import java.util.Map;

/// What was done to the product, for reports. Safe for all threads.
public interface Disturbances {
    /// @return what happened, line by line
    Diary diary();

    /// @return how often what happened
    Map<String, Integer> counts();
}
