package io.carillon.peer;

import static io.carillon.configuration.Setting.within;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/// What one node asks another. Immutable, as long as nobody writes to the body.
///
/// @param kind whose question it is, the name of an [Answerer]: 1 to 40 of `a-z 0-9 . -`
/// @param body what the answerer understands; at most 1 MiB
/// @param patience how long the other node may take for its answer; 1 ms to 60 s
@SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody compares questions.
public record Question(String kind, byte[] body, Duration patience) {
    /// The longest body of a question or an answer, in bytes.
    public static final int LONGEST = 1 << 20;

    private static final Pattern KIND = Pattern.compile("[a-z0-9.-]{1,40}");

    public Question {
        if (!KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("no kind of question: " + kind);
        }
        within("a question's body", body.length, 0, LONGEST);
        within("a question's patience", patience, Duration.ofMillis(1), Duration.ofSeconds(60));
    }

    /// @param kind whose question it is
    /// @param text the body
    /// @param patience how long the other node may take
    /// @return a question in words
    public static Question of(String kind, String text, Duration patience) {
        return new Question(kind, text.getBytes(StandardCharsets.UTF_8), patience);
    }

    /// @return the body as UTF-8
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
