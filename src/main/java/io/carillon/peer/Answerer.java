package io.carillon.peer;

/// Answers one kind of question of other nodes. A room declares a singleton that implements it.
public interface Answerer {
    /// @return the kind that this one answers; no two have the same
    String kind();

    /// Answers. Runs on a virtual thread and may block for as long as the question's patience;
    /// interrupted when that is over, and when the asking node has gone away. A thrown exception is
    /// told to the asker as `fault`, without its text.
    ///
    /// @param question of a node that has proved to be one of ours
    /// @return an answer of at most 1 MiB, or a refusal with a code of the answerer's own
    /// @throws InterruptedException nobody waits for the answer any more
    Reply.Said answer(Question question) throws InterruptedException;
}
