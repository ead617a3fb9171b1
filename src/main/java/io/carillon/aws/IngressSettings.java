package io.carillon.aws;

import static io.carillon.configuration.Setting.within;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.time.Duration;

/// Messages of an SQS queue that become events.
///
/// @param queueUrl address of the queue, best a FIFO one; default empty: none
/// @param workers how many batches are worked on at a time by this node, 1 to 32; default 2
/// @param maxWait how long one request waits for messages, 1 s to 20 s; default 20 s
/// @param visibility for how long a message that is worked on is hidden from others, 10 s to 1 h;
///     default 1 min. Longer than ten messages take
/// @param retry after which time a message that could not be taken in is shown again, 1 s to 15
///     min; default 5 s
@ConfigurationProperties("carillon.aws.ingress")
public record IngressSettings(
        @Bindable(defaultValue = "") String queueUrl,
        @Bindable(defaultValue = "2") int workers,
        @Bindable(defaultValue = "20s") Duration maxWait,
        @Bindable(defaultValue = "1m") Duration visibility,
        @Bindable(defaultValue = "5s") Duration retry) {

    public IngressSettings {
        within("carillon.aws.ingress.workers", workers, 1, 32);
        within(
                "carillon.aws.ingress.max-wait",
                maxWait,
                Duration.ofSeconds(1),
                Duration.ofSeconds(20));
        within(
                "carillon.aws.ingress.visibility",
                visibility,
                Duration.ofSeconds(10),
                Duration.ofHours(1));
        within("carillon.aws.ingress.retry", retry, Duration.ofSeconds(1), Duration.ofMinutes(15));
    }
}
