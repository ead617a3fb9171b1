package io.carillon.bench;

import java.util.Map;

/// A server under test: how to reach it, how to have it publish, what it costs.
interface Target extends AutoCloseable {
    /// The text after each event's number; the whole payload is 200 bytes.
    int PAD = 185;

    String name();

    Dialect dialect();

    int port();

    /// @return the server's process
    long pid();

    /// Publishes events with consecutive numbers, dealt to the rooms in turn, in one go. Returns
    /// when the server or the database has taken them.
    ///
    /// @param from the first event's number over all rooms
    /// @param count how many
    /// @param rooms how many rooms
    void publish(long from, int count, int rooms);

    /// @return the server's memory after collection
    Map<String, Object> memory();

    /// @return processor seconds of what the server needs besides its own process
    double cpuBeside();

    /// @return transactions that its database has ended; 0 without one. Takes the seconds until
    ///     Postgres has counted what is done.
    long transactions();

    @Override
    void close();
}
