package io.carillon.chaos;

import java.io.IOException;

/// One node of the cluster, at the same port always. Blocks; one thread at a time.
public interface Member {
    int port();

    /// Starts it; returns when it is ready.
    void start() throws Exception;

    /// In good order, as SIGTERM asks for; returns when it has ended.
    void leave() throws Exception;

    /// Without a word; returns when it has ended.
    void die() throws Exception;

    /// @return bytes that it holds in memory
    long memory() throws IOException;

    /// @return pages of the log that recoveries have read since it started, or -1 where that is not
    ///     known
    long reads();
}
