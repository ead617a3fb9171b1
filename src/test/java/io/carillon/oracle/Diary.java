package io.carillon.oracle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What somebody did, line by line, for a person who looks for the reason of a failure. Keeps the
/// last lines only. Safe for all threads.
public final class Diary {
    private static final long STARTED = System.nanoTime();

    private final int most;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    public Diary(int most) {
        this.most = most;
    }

    /// @return seconds since the first diary was opened, as all lines begin
    public static double now() {
        return (System.nanoTime() - STARTED) / 1e9;
    }

    public synchronized void note(String what) {
        if (lines.size() == most) {
            lines.removeFirst();
        }
        lines.add(String.format(Locale.ROOT, "%9.3f %s", now(), what));
    }

    public synchronized List<String> last(int count) {
        var all = new ArrayList<>(lines);
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    /// @return the lines around the first that contains the text, or the last ones
    public synchronized List<String> around(String text, int before, int after) {
        var all = new ArrayList<>(lines);
        for (var index = 0; index < all.size(); index++) {
            if (all.get(index).contains(text)) {
                return all.subList(
                        Math.max(0, index - before), Math.min(all.size(), index + after));
            }
        }
        return last(before);
    }
}
