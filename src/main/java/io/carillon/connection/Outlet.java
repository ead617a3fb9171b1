package io.carillon.connection;

import io.carillon.hub.Format;
import io.netty.buffer.ByteBuf;

/// The way to one client, implemented by each transport. All methods are called on the lane's
/// thread and never block.
public interface Outlet {
    /// @return how events are encoded for this client; the same instance always, shared by all
    ///     clients of its kind
    Format format();

    /// @return whether more may be written without filling memory; when it turns true again the
    ///     transport calls [Connection#writable], never from inside a call of this outlet
    boolean writable();

    /// @return how it travels, in one word of a small fixed set: a metric's label and the
    ///     registry's word
    default String transport() {
        return "other";
    }

    /// @return bytes that wait in this process to be written to the client
    default long unsent() {
        return 0;
    }

    /// @return whether this is one question with one answer, as a poll is; such connections come
    ///     and go too often to be told of in the log
    default boolean brief() {
        return false;
    }

    /// Whether the client keeps one position for everything that it follows, and knows nothing of
    /// single subscriptions. Then a channel that is reset while the client is live is followed on
    /// from the reset, a subscribe command is refused as a whole where one of its channels is
    /// reset, and what is told for a command beside other channels has their place.
    ///
    /// @return whether it does
    default boolean onePosition() {
        return false;
    }

    /// Queues an encoded run until [#flush].
    ///
    /// @param frame the outlet's own reference; it releases it
    void write(ByteBuf frame);

    /// Queues a message until [#flush].
    ///
    /// @param message what to tell
    void send(Message message);

    /// Sends what is queued.
    void flush();

    /// Ends the connection, after what is queued. The transport then calls [Connection#closed].
    ///
    /// @param reason why
    void close(Disconnect reason);
}
