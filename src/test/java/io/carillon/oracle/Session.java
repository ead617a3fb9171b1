package io.carillon.oracle;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// One connection of a client, whatever the transport. Messages are the protocol's pushes; answers
/// to a subscription are told as `subscribed` or `refused`, each with the channels that were asked
/// for as `asked`. One thread.
interface Session {
    /// Why a session is over that nobody wanted to end: the network, or the server.
    final class Over extends IOException {
        private static final long serialVersionUID = 1;

        Over(String why) {
            super(why);
        }
    }

    /// Follows more channels.
    ///
    /// @return false when this transport follows what it was opened with
    boolean subscribe(List<String> channels, String cursor) throws IOException;

    /// Follows a channel no longer; the answer is told as `unsubscribed`.
    ///
    /// @return false when this transport cannot
    boolean unsubscribe(String channel) throws IOException;

    /// @param millis how long to wait
    /// @return the next message, or null when there was none
    Map<String, Object> next(int millis) throws IOException;

    /// Goes without a word, with bytes unread.
    void vanish();
}
