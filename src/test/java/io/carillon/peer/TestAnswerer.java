package io.carillon.peer;

import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.concurrent.CountDownLatch;

/// Answers as its question says.
@Singleton
@Requires(property = "test.addresses")
final class TestAnswerer implements Answerer {
    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public String kind() {
        return "test.echo";
    }

    @Override
    public Reply.Said answer(Question question) throws InterruptedException {
        return switch (question.text()) {
            case "refuse" -> new Reply.Refused("unknown_session", "no such session here");
            case "fail" -> throw new IllegalStateException("a secret of the node");
            case "large" -> new Reply.Answer(new byte[Question.LONGEST + 1]);
            case "wait" -> waited();
            default -> new Reply.Answer(question.body());
        };
    }

    private Reply.Said waited() throws InterruptedException {
        waits.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException over) {
            interrupted.countDown();
            throw over;
        }
        return Reply.Answer.of("never");
    }
}
