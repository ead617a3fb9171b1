package io.carillon.aws;

import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;

import java.util.ArrayList;
import java.util.List;

/// Nodes that find an AWS service at an address of this machine.
final class CloudNode {
    private CloudNode() {}

    /// @param service its name in `aws.services`
    /// @param url where it is
    /// @param settings names and values in turn
    static TestNode start(String service, String url, Object... settings) {
        return start(PostgresFixture.freshDatabase(), service, url, settings);
    }

    /// @param database closed with the node
    /// @param service its name in `aws.services`
    /// @param url where it is
    /// @param settings names and values in turn
    static TestNode start(
            PostgresFixture.FreshDatabase database,
            String service,
            String url,
            Object... settings) {
        var all =
                new ArrayList<Object>(
                        List.of(
                                "aws.region",
                                "eu-central-1",
                                "aws.access-key-id",
                                "test",
                                "aws.secret-key",
                                "test",
                                "aws.services." + service + ".endpoint-override",
                                url));
        all.addAll(List.of(settings));
        return TestNode.start(database, all.toArray());
    }
}
