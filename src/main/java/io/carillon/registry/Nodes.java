package io.carillon.registry;

import io.carillon.identity.NodeId;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The nodes that live, as this node last read them: with each heartbeat, so a second old at most
/// while Postgres answers, and as they were while it does not.
///
/// Asked by `peer` and by the operations pages; written by [Registry]. Safe for all threads; never
/// blocks.
public final class Nodes {
    private final NodeId own;
    private final List<Consumer<List<LiveNode>>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<LiveNode> live = List.of();
    private volatile boolean draining;
    private volatile Runnable hurry = () -> {};

    /// @param own this node
    public Nodes(NodeId own) {
        this.own = own;
    }

    /// @return this node
    public NodeId own() {
        return own;
    }

    /// @return all that live, this one among them once it is registered; by start, oldest first
    public List<LiveNode> live() {
        return live;
    }

    /// @return the others
    public List<LiveNode> others() {
        return live.stream().filter(node -> !node.id().equals(own)).toList();
    }

    /// @return whether this node said that it is on its way out
    public boolean draining() {
        return draining;
    }

    /// Says to all that this node is on its way out; written with the next heartbeat, which comes
    /// at once. For good.
    public void markDraining() {
        draining = true;
        hurry.run();
    }

    /// @param listener hears the list whenever it has changed, on the registry's thread: must not
    ///     block
    public void whenChanged(Consumer<List<LiveNode>> listener) {
        listeners.add(listener);
    }

    void whenHurried(Runnable action) {
        hurry = action;
    }

    void update(List<LiveNode> found) {
        if (!found.equals(live)) {
            live = List.copyOf(found);
            listeners.forEach(listener -> listener.accept(live));
        }
    }
}
