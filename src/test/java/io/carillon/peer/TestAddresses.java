package io.carillon.peer;

import io.carillon.identity.NodeId;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Addresses that a test gives and takes: for nodes with `test.addresses`.
@Singleton
@Primary
@Requires(property = "test.addresses")
final class TestAddresses implements Addresses {
    final Map<NodeId, String> known = new ConcurrentHashMap<>();

    @Override
    public String of(NodeId node) {
        return known.get(node);
    }
}
