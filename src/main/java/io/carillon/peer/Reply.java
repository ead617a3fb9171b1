package io.carillon.peer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What came of a question. Immutable, as long as nobody writes to a body.
public sealed interface Reply {
    /// What an [Answerer] may say.
    sealed interface Said extends Reply {}

    /// The other node has answered.
    ///
    /// @param body what the answerer said; at most 1 MiB
    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody compares answers.
    record Answer(byte[] body) implements Said {
        /// @param text the body
        /// @return an answer in words
        public static Answer of(String text) {
            return new Answer(text.getBytes(StandardCharsets.UTF_8));
        }

        /// @return the body as UTF-8
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// The other node has refused, or this one did not ask.
    ///
    /// @param code why: the answerer's own, or one of this room's: `unsigned`, `clock`, `replayed`,
    ///     `busy`, `unknown_kind`, `too_large`, `fault`
    /// @param detail what exactly and what to do, for people; one line
    record Refused(String code, String detail) implements Said {}

    /// There is no such node, not any more, or it cannot be reached; the question may have arrived
    /// all the same.
    ///
    /// @param why for people
    record NotThere(String why) implements Reply {}

    /// The other node lives and has not answered in time.
    ///
    /// @param after how long was waited
    record TimedOut(Duration after) implements Reply {}
}
