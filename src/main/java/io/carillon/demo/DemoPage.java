package io.carillon.demo;

import io.carillon.api.FirstPage;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

/// Puts the demo's page at `/`.
@Factory
@Requires(beans = DemoTokens.class)
final class DemoPage {
    @Singleton
    FirstPage firstPage() {
        return new FirstPage("demo.html");
    }
}
