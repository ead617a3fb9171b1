package io.carillon.tail;

/// A `pg_snapshot` as Postgres prints it: `xmin:xmax:xip,…`.
///
/// @param xmin the oldest transaction that runs
/// @param xmax the first transaction id that was not given out
/// @param running the transactions that run, ascending
record Snapshot(long xmin, long xmax, long[] running) {
    static Snapshot parse(String text) {
        var first = text.indexOf(':');
        var second = text.indexOf(':', first + 1);
        var list = text.substring(second + 1);
        var ids = list.isEmpty() ? new String[0] : list.split(",");
        var running = new long[ids.length];
        for (var index = 0; index < ids.length; index++) {
            running[index] = Long.parseLong(ids[index]);
        }
        return new Snapshot(
                Long.parseLong(text.substring(0, first)),
                Long.parseLong(text.substring(first + 1, second)),
                running);
    }
}
