package io.carillon.presence;

/// One change among the members of a channel.
///
/// @param kind what happened
/// @param member who; after a leave, as last known
public record Change(Kind kind, Member member) {
    /// What may happen to a member.
    public enum Kind {
        JOIN("join"),
        STATE("state"),
        LEAVE("leave");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// @return the word on the wire
        public String word() {
            return word;
        }
    }
}
