package io.carillon.node;

import io.micronaut.runtime.Micronaut;

/// Starts one node.
public final class Carillon {
    private Carillon() {}

    /// Runs until the process is told to stop.
    ///
    /// @param args Micronaut's command line, e.g. `-micronaut.server.port=9000`
    public static void main(String[] args) {
        Micronaut.run(Carillon.class, args);
    }
}
