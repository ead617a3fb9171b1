package io.carillon.peer;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Who answers what, with a bound on how much at the same time. Safe for all threads; blocks as the
/// answerers do.
@Singleton
final class Answers {
    /// The code of "I am another node".
    static final String NOT_HERE = "not_here";

    /// The code of "there was no answer in time".
    static final String LATE = "late";

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final Map<String, Answerer> answerers = new HashMap<>();
    private final Semaphore room;
    private final LongAdder answered = new LongAdder();

    Answers(List<Answerer> all, PeerSettings settings) {
        room = new Semaphore(settings.answers());
        for (var answerer : all) {
            var other = answerers.put(answerer.kind(), answerer);
            if (other != null) {
                throw new IllegalStateException("two answer " + answerer.kind());
            }
        }
    }

    /// @param question of this node or another
    /// @return what the answerer says
    /// @throws InterruptedException nobody waits any more
    Reply.Said to(Question question) throws InterruptedException {
        var answerer = answerers.get(question.kind());
        if (answerer == null) {
            return new Reply.Refused(
                    "unknown_kind", "nobody answers " + question.kind() + " on this node");
        }
        if (!room.tryAcquire()) {
            return new Reply.Refused("busy", "this node answers too much at once: ask again");
        }
        try {
            return judged(answerer.answer(question));
        } catch (RuntimeException failed) {
            LOG.warn("a question of kind {} could not be answered", question.kind(), failed);
            return new Reply.Refused("fault", "a fault of the node that was asked");
        } finally {
            room.release();
        }
    }

    private Reply.Said judged(Reply.Said said) {
        return switch (said) {
            case Reply.Answer(var body) when body.length > Question.LONGEST ->
                    new Reply.Refused(
                            "too_large",
                            "an answer of "
                                    + body.length
                                    + " bytes; at most "
                                    + Question.LONGEST
                                    + " go");
            case Reply.Answer answer -> {
                answered.increment();
                yield answer;
            }
            case Reply.Refused refused -> refused;
        };
    }

    /// @return answers since the start
    long answered() {
        return answered.sum();
    }
}
