package io.carillon.bench;

/// Whether somebody else has the cores. On a shared machine a figure is worth something only when
/// nobody has; so each measurement waits a little for a quiet moment and tells how quiet it was.
final class Quiet {
    private static final double ENOUGH = 0.25;
    private static final long SAMPLE_MILLIS = 300;

    private Quiet() {}

    /// Waits until all other processes together use less than a quarter of a core.
    ///
    /// @param seconds at most
    static void await(int seconds) {
        var deadline = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < deadline) {
            var before = Machine.cpuOfAll();
            Fleet.pause(SAMPLE_MILLIS);
            if ((Machine.cpuOfAll() - before) * 1_000 / SAMPLE_MILLIS < ENOUGH) {
                return;
            }
        }
    }
}
