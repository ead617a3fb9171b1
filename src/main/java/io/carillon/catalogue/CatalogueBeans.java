package io.carillon.catalogue;

import io.micronaut.context.annotation.Factory;

import jakarta.inject.Singleton;

/// Reads the catalogue once, at start.
@Factory
final class CatalogueBeans {
    @Singleton
    Catalogue catalogue() {
        return Catalogue.load();
    }
}
