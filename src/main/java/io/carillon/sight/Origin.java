package io.carillon.sight;

/// From when a latency was measured: a label of the histograms.
public enum Origin {
    /// From the commit, as Postgres dates it: before its WAL is flushed, so the flush is in it.
    /// Where `track_commit_timestamp` is on.
    COMMIT("commit"),
    /// From when this node's tail had seen the event. Where `track_commit_timestamp` is off.
    SEEN("seen"),
    /// From when the event was written, before its transaction committed: the transaction's own
    /// time is in it. Where `track_commit_timestamp` is off.
    WRITTEN("written");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    /// @return the label's value
    public String label() {
        return label;
    }
}
