package io.carillon.demo;

/// What people of the made-up companies do in one module. A bean of this type takes part in the
/// demonstration: [Bustle] asks it for its first data once, and for one step at a time while the
/// switch is on.
///
/// It speaks REST in people's names ([Cast]), like any client, and knows nothing of the module's
/// code. Called on a virtual thread, one call at a time; what it throws is logged and forgotten.
public interface Traffic {
    /// @return the module's name
    String module();

    /// Makes the data of a first look. Called at each start, perhaps by several nodes: every create
    /// carries an `Idempotency-Key` of its own ([Cast#once]), so it happens once.
    void prepare(Cast cast);

    /// One believable step.
    void step(Cast cast);
}
