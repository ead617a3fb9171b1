package io.carillon.aws;

import io.carillon.aws.IncomingMessages.Read;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;

import jakarta.annotation.PreDestroy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Takes messages from a queue and publishes them as events.
///
/// Promise: a message is acknowledged only after its event is committed; delivered again, it does
/// not become a second event ([IngressStore]); messages of one group become events in their order.
/// A message that can never be an event is left alone, holds nobody up, and goes to the dead-letter
/// queue once it has been received as often as the queue allows. While Postgres is away nothing is
/// received, so that an outage sends no good message there.
///
/// `carillon.aws.ingress.workers` virtual threads; SQS keeps a group's messages with one of them at
/// a time, across all nodes.
@Context
@Requires(property = "carillon.aws.ingress.queue-url", pattern = ".+")
final class Ingress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final int BATCH = 10;
    private static final Duration BREATH = Duration.ofMillis(10);
    private static final long FORGET_EVERY = Duration.ofHours(1).toNanos();

    private final IngressSettings settings;
    private final SqsClient queue;
    private final IngressStore store;
    private final IncomingMessages messages;
    private final LongAdder taken = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong forgotten = new AtomicLong(System.nanoTime());
    private final List<Thread> workers = new ArrayList<>();

    Ingress(
            IngressSettings settings,
            SqsClient queue,
            IngressStore store,
            IncomingMessages messages) {
        this.settings = settings;
        this.queue = queue;
        this.store = store;
        this.messages = messages;
        for (var i = 0; i < settings.workers(); i++) {
            workers.add(Rounds.start("carillon-ingress-" + i, BREATH, this::round));
        }
    }

    /// @return messages whose event is committed, now or by an earlier delivery
    long taken() {
        return taken.sum();
    }

    /// @return deliveries of messages that can never be an event
    long refused() {
        return refused.sum();
    }

    private void round() throws InterruptedException {
        if (!store.reachable()) {
            Thread.sleep(settings.retry());
            return;
        }
        try {
            work(receive());
        } catch (SdkException failed) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("stopping");
            }
            LOG.warn("the queue cannot be read: {}", failed.getMessage());
            Thread.sleep(settings.retry());
        }
        var last = forgotten.get();
        var now = System.nanoTime();
        if (now - last > FORGET_EVERY && forgotten.compareAndSet(last, now)) {
            store.forget();
        }
    }

    private List<Message> receive() {
        return queue.receiveMessage(request ->
                        request.queueUrl(settings.queueUrl())
                                .maxNumberOfMessages(BATCH)
                                .waitTimeSeconds((int) settings.maxWait().toSeconds())
                                .visibilityTimeout((int) settings.visibility().toSeconds())
                                .messageSystemAttributeNames(
                                        MessageSystemAttributeName.MESSAGE_GROUP_ID))
                .messages();
    }

    /// @param batch in the order of the queue
    private void work(List<Message> batch) {
        var done = new ArrayList<Message>();
        var later = new ArrayList<Message>();
        var held = new HashSet<String>();
        for (var message : batch) {
            var group =
                    message.attributes()
                            .getOrDefault(
                                    MessageSystemAttributeName.MESSAGE_GROUP_ID,
                                    message.messageId());
            if (held.contains(group)) {
                later.add(message);
                continue;
            }
            switch (take(message)) {
                case DONE -> done.add(message);
                case LATER -> {
                    // What follows in the group must not pass it.
                    held.add(group);
                    later.add(message);
                }
                case REFUSED -> later.add(message);
            }
        }
        acknowledge(done);
        later.forEach(this::showAgain);
    }

    private IngressStore.Outcome take(Message message) {
        return switch (messages.read(message.body(), message.messageId())) {
            case Read.Refused no -> {
                refuse(message, no.why());
                yield IngressStore.Outcome.REFUSED;
            }
            case Read.Understood understood -> {
                var outcome = store.take(understood.event());
                switch (outcome) {
                    case DONE -> taken.increment();
                    case REFUSED -> refuse(message, "Postgres refuses it");
                    case LATER -> LOG.info("message {} has to wait", message.messageId());
                }
                yield outcome;
            }
        };
    }

    private void refuse(Message message, String why) {
        refused.increment();
        LOG.warn("message {} can be no event: {}", message.messageId(), why);
    }

    private void acknowledge(List<Message> done) {
        if (done.isEmpty()) {
            return;
        }
        var entries =
                done.stream()
                        .map(message ->
                                DeleteMessageBatchRequestEntry.builder()
                                        .id(Integer.toString(done.indexOf(message)))
                                        .receiptHandle(message.receiptHandle())
                                        .build())
                        .toList();
        var answer =
                queue.deleteMessageBatch(
                        request -> request.queueUrl(settings.queueUrl()).entries(entries));
        answer.failed().forEach(failed -> LOG.info("not acknowledged: {}", failed.message()));
    }

    private void showAgain(Message message) {
        try {
            queue.changeMessageVisibility(request ->
                    request.queueUrl(settings.queueUrl())
                            .receiptHandle(message.receiptHandle())
                            .visibilityTimeout((int) settings.retry().toSeconds()));
        } catch (SdkException failed) {
            // It comes back by itself, later.
            LOG.debug("visibility of {}", message.messageId(), failed);
        }
    }

    @Override
    @PreDestroy
    public void close() {
        workers.forEach(Thread::interrupt);
        workers.forEach(Rounds::stop);
    }
}
