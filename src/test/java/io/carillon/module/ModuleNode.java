package io.carillon.module;

import io.carillon.conformance.TestNode;
import io.carillon.database.PostgresFixture;
import io.micronaut.context.ApplicationContext;

import java.util.ArrayList;
import java.util.List;

/// The product on a database of its own, one node or several, and people before it.
public final class ModuleNode implements AutoCloseable {
    private final PostgresFixture.FreshDatabase database;
    private final TestNode node;
    private final List<TestNode> others = new ArrayList<>();

    private ModuleNode(PostgresFixture.FreshDatabase database, Object... settings) {
        this.database = database;
        this.node = TestNode.start(database, quick(settings));
    }

    /// @param settings names and values in turn, on top of what every test has
    public static ModuleNode start(Object... settings) {
        return new ModuleNode(PostgresFixture.freshDatabase(), settings);
    }

    private static Object[] quick(Object... settings) {
        var all = new ArrayList<Object>(List.of("carillon.module.round", "50ms"));
        all.addAll(List.of("carillon.database.pool-size", 8));
        all.addAll(List.of(settings));
        return all.toArray();
    }

    public TestNode node() {
        return node;
    }

    public PostgresFixture.FreshDatabase database() {
        return database;
    }

    /// @return one more node on the same database; closed with this
    public TestNode another(Object... settings) {
        var other = TestNode.start(database, quick(settings));
        others.add(other);
        return other;
    }

    public Person person(String tenant, String user, String... roles) {
        return new Person(node, tenant, user, roles);
    }

    @Override
    public void close() {
        // The database is closed with the first node only.
        others.forEach(other -> other.bean(ApplicationContext.class).close());
        node.close();
    }
}
