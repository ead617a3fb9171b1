package io.carillon.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;

/// A node that its balancer takes out goes by itself.
@Tag("F10")
@Timeout(60)
class TargetWatchTest {
    /// In place of SIGTERM to the test's JVM.
    @Singleton
    @Replaces(TargetWatch.Departure.class)
    @Requires(property = "test.farewell")
    static final class Farewell implements TargetWatch.Departure {
        final CountDownLatch begun = new CountDownLatch(1);

        @Override
        public void begin() {
            begun.countDown();
        }
    }

    @Test
    void aNodeGoesOnceItsTargetDrains() throws InterruptedException {
        try (var aws = new AwsStub();
                var node =
                        CloudNode.start(
                                "elasticloadbalancing",
                                aws.url(),
                                "test.farewell",
                                "here",
                                "carillon.aws.farewell.target-group",
                                "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/carill/1",
                                "carillon.aws.farewell.every",
                                "2s")) {
            var farewell = node.bean(Farewell.class);
            assertThat(farewell.begun.getCount()).isEqualTo(1);
            aws.target("draining");
            farewell.begun.await();
        }
    }
}
