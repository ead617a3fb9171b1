package io.carillon.connection;

import io.carillon.channel.ResetReason;

import java.util.concurrent.atomic.LongAdder;

/// How often things happened to the connections of this node since the start, by code.
///
/// Only what is rare is counted here, never a delivery: lanes count those by themselves. Made with
/// [Services]; counted on lanes and on threads that read the log, read by the metrics. Safe for all
/// threads.
public final class Counts {
    private final LongAdder[] refusals = adders(ErrorCode.values().length);
    private final LongAdder[] resets = adders(ResetReason.values().length);
    private final LongAdder[] closes = adders(Disconnect.values().length);
    private final LongAdder goodbyes = new LongAdder();
    private final LongAdder opens = new LongAdder();
    private final LongAdder fallsBehind = new LongAdder();
    private final LongAdder recoveries = new LongAdder();
    private final LongAdder logReads = new LongAdder();
    private final LongAdder failedLogReads = new LongAdder();

    Counts() {}

    private static LongAdder[] adders(int count) {
        var adders = new LongAdder[count];
        for (var index = 0; index < count; index++) {
            adders[index] = new LongAdder();
        }
        return adders;
    }

    /// A message goes to a client.
    void told(Message message) {
        if (message instanceof Message.Refused refused) {
            refusals[refused.code().ordinal()].increment();
            if (refused.reason() != null) {
                resets[refused.reason().ordinal()].increment();
            }
        } else if (message instanceof Message.Reset(var ignored, var reason)) {
            resets[reason.ordinal()].increment();
        }
    }

    void opened() {
        opens.increment();
    }

    void closed(Disconnect reason) {
        closes[reason.ordinal()].increment();
    }

    /// The client left, or the network did.
    void left() {
        goodbyes.increment();
    }

    void fellBehind() {
        fallsBehind.increment();
    }

    void recovered() {
        recoveries.increment();
    }

    void readLog() {
        logReads.increment();
    }

    void couldNotReadLog() {
        failedLogReads.increment();
    }

    /// @return clients that were let in, polls not counted
    public long opens() {
        return opens.sum();
    }

    /// @param code why
    /// @return commands that were refused
    public long refusals(ErrorCode code) {
        return refusals[code.ordinal()].sum();
    }

    /// @param reason why
    /// @return orders to read again, one for each that a client was told
    public long resets(ResetReason reason) {
        return resets[reason.ordinal()].sum();
    }

    /// @param reason why
    /// @return connections that the server closed
    public long closes(Disconnect reason) {
        return closes[reason.ordinal()].sum();
    }

    /// @return connections that the client or the network closed
    public long goodbyes() {
        return goodbyes.sum();
    }

    /// @return times a live connection was owed events because it did not read
    public long fallsBehind() {
        return fallsBehind.sum();
    }

    /// @return times a connection was brought up to date, from memory or from the log
    public long recoveries() {
        return recoveries.sum();
    }

    /// @return pages of the log that were read for recoveries
    public long logReads() {
        return logReads.sum();
    }

    /// @return reads of the log that failed and were tried again
    public long failedLogReads() {
        return failedLogReads.sum();
    }
}
