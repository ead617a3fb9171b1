package io.carillon.catalogue;

/// What the catalogue says of a payload.
public sealed interface Judgement {
    /// It is what the type says.
    record Valid(EventType type) implements Judgement {}

    /// It is not.
    ///
    /// @param type what it should be
    /// @param reason where and why, for people
    record Invalid(EventType type, String reason) implements Judgement {}

    /// The catalogue does not know the type on that channel: a user's own, about which it has no
    /// opinion.
    record Unlisted() implements Judgement {}
}
