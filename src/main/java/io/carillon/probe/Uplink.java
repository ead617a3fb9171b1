package io.carillon.probe;

import java.io.IOException;

/// One way to the server, until it breaks. Replies go to a [Link], in the order of the batches.
interface Uplink extends AutoCloseable {
    /// @return how many batches may be on their way at once
    int capacity();

    /// Blocks until the batch is on its way.
    ///
    /// @throws IOException the way is gone
    void send(Batch batch) throws IOException, InterruptedException;

    @Override
    void close();

    /// Where replies go. After [#cut] nothing of the old way counts any more.
    final class Link {
        private final Outbox outbox;
        private volatile boolean cut;

        Link(Outbox outbox) {
            this.outbox = outbox;
        }

        void replied(Reply reply) {
            if (!cut) {
                outbox.replied(reply);
            }
        }

        void broke(String why) {
            if (!cut) {
                outbox.broke(why);
            }
        }

        void cut() {
            cut = true;
        }
    }
}
