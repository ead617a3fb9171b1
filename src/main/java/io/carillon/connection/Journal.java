package io.carillon.connection;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Writes a line into the log for each connection that opens and closes, and one line instead of
/// thousands when they come in a storm.
///
/// [#PER_SECOND] lines in one second; what comes beyond is counted, and the count is said in one
/// line when the next second's first connection comes or goes, or when [#settle] is called. Tells
/// ids, codes and durations, never tokens, tickets or addresses. Safe for all threads; the lock is
/// held for no longer than a line takes.
public final class Journal {
    /// Lines in one second.
    static final int PER_SECOND = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final LongSupplier nanos;
    private long second;
    private int lines;
    private long openedUnsaid;
    private long closedUnsaid;

    Journal() {
        this(System::nanoTime);
    }

    Journal(LongSupplier nanos) {
        this.nanos = nanos;
        this.second = nanos.getAsLong();
    }

    /// @param connection its id
    /// @param transport its transport
    /// @param who it is
    void opened(String connection, String transport, Principal who) {
        if (mayTell(true)) {
            LOG.info(
                    "connection {} opened: {} tenant {} user {}",
                    connection,
                    transport,
                    who.tenant(),
                    who.user());
        }
    }

    /// @param connection its id
    /// @param reason why the server closed it, or null when the client left
    /// @param openNanos how long it was open
    void closed(String connection, @Nullable Disconnect reason, long openNanos) {
        if (mayTell(false)) {
            LOG.info(
                    "connection {} closed: {} after {} s",
                    connection,
                    reason == null ? "by the client" : reason.reason(),
                    TimeUnit.NANOSECONDS.toSeconds(openNanos));
        }
    }

    private synchronized boolean mayTell(boolean opened) {
        settle();
        if (++lines <= PER_SECOND) {
            return true;
        }
        if (opened) {
            openedUnsaid++;
        } else {
            closedUnsaid++;
        }
        return false;
    }

    /// Says what was left unsaid, once its second is over.
    public synchronized void settle() {
        var now = nanos.getAsLong();
        if (now - second < TimeUnit.SECONDS.toNanos(1)) {
            return;
        }
        if (openedUnsaid + closedUnsaid > 0) {
            LOG.info(
                    "{} connections more were opened and {} closed, too many at once to name",
                    openedUnsaid,
                    closedUnsaid);
        }
        second = now;
        lines = 0;
        openedUnsaid = 0;
        closedUnsaid = 0;
    }
}
