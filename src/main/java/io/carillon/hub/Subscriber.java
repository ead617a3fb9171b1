package io.carillon.hub;

import io.carillon.channel.Position;
import io.carillon.channel.ResetReason;
import io.netty.buffer.ByteBuf;

/// Whoever sits on a lane and receives its channels' events. All methods are called on the lane's
/// thread, must not block and must not throw; what is thrown all the same is logged and ends no
/// more than the run in hand.
public interface Subscriber {
    /// @return how this subscriber wants its bytes; the same instance always
    Format format();

    /// Asks whether the subscriber takes the run now. One that is owed older events, or that cannot
    /// be written to, says no and remembers by itself where it stands.
    ///
    /// @param batch the batch of the run
    /// @param run the run
    /// @return whether [#deliver] shall be called
    boolean takes(Batch batch, Run run);

    /// Asks whether the subscriber takes ephemeral events now; those that it does not take are lost
    /// to it.
    ///
    /// @return whether [#deliver] shall be called
    boolean takesEphemeral();

    /// Asks whether the subscriber takes events of a conflated channel now. One that says no
    /// because it is slow remembers that it is owed them.
    ///
    /// @return whether [#deliver] shall be called
    default boolean takesConflated() {
        return takesEphemeral();
    }

    /// Hands over a frame. Nothing is sent before [#flush].
    ///
    /// @param frame the subscriber's own reference to the shared bytes; it releases it
    /// @return whether this is the first frame since the last flush
    boolean deliver(ByteBuf frame);

    /// Sends what was delivered. Called once after one batch or several.
    void flush();

    /// One of the subscriber's channels must be read again; its subscription ends here.
    ///
    /// @param channel the channel
    /// @param reason why
    void reset(String channel, ResetReason reason);

    /// All of the subscriber's channels must be read again, for example because the database is
    /// another one.
    ///
    /// @param reason why
    void resetAll(ResetReason reason);

    /// The lane jumped over events that are not in memory. Whoever was live stood exactly at
    /// `reached`.
    ///
    /// @param reached where the lane stood before
    void skipped(Position reached);

    /// The lane has moved on: whoever asked for that with [Lane#awaitMove] can look again.
    void moved();

    /// Called about once a second, for deadlines.
    ///
    /// @param nanos [System#nanoTime]
    void tick(long nanos);
}
