package io.carillon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The servers of one measurement, started together and measured in turn. An idle one costs next to
/// nothing.
///
/// Placement: core 0 has the server under test and nothing else; core 1 has the load generator and
/// Postgres, so that a product with a database is not charged less of core 0 for it, nor more.
final class TestBed implements AutoCloseable {
    private final List<AutoCloseable> started = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();

    /// @param options `targets` names them: carillon, socketio, raw
    /// @param tenants how many have tokens
    TestBed(Options options, int tenants) {
        for (var name : options.text("targets", "socketio,carillon").split(",")) {
            var target =
                    switch (name) {
                        case "socketio" -> new Peer(new Dialect.SocketIo(), Map.of());
                        case "raw" -> new Peer(new Dialect.Raw(), Map.of());
                        case "carillon" -> {
                            var postgres = new Postgres(1, 0);
                            started.add(postgres);
                            yield new Node(postgres, tenants, options);
                        }
                        default -> throw new IllegalArgumentException("no target " + name);
                    };
            started.add(target);
            targets.add(target);
        }
    }

    List<Target> targets() {
        return targets;
    }

    @Override
    public void close() {
        for (var each : started.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                System.err.println("closing failed: " + failed);
            }
        }
    }
}
