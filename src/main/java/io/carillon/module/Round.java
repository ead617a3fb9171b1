package io.carillon.module;

/// What a module does by the clock: a bean of this type is run by [Rounds] on every node.
///
/// Every node runs it, so the statement must do its work once: `for update skip locked` in a
/// function of the migration that works for all tenants (`security definer`), or a condition that
/// the first one makes false.
public interface Round {
    /// @return two or three words for the log
    String name();

    /// Does what is due, at most a bounded part of it. Blocks; what it throws is logged and the
    /// next round tries again.
    ///
    /// @return how much was done; more than nothing makes the next round follow at once
    int run();
}
