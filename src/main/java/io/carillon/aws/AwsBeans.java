package io.carillon.aws;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;

import jakarta.inject.Singleton;

import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

import sun.misc.Signal;

import java.time.Duration;

/// What Micronaut's AWS module leaves open: the HTTP client that its clients share. The clients
/// themselves are its own (`aws.services.<name>.endpoint-override`), made when first used.
@Factory
final class AwsBeans {
    /// Longer than SQS may keep a request open for messages.
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Singleton
    @Bean(preDestroy = "close")
    SdkHttpClient http() {
        return Apache5HttpClient.builder().socketTimeout(PATIENCE).build();
    }

    @Singleton
    TargetWatch.Departure departure() {
        return () -> Signal.raise(new Signal("TERM"));
    }
}
