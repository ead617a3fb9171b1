package io.carillon;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The tests of such a class run beside those of the others, one such class at a time: mostly it
/// waits for processes of its own.
///
/// All others run one after the other (`junit-platform.properties`): they share one Postgres, where
/// a transaction that is kept open in one database delays the tail of every other. So a class that
/// is aside uses no database of that one, but `PostgresFixture.databaseAside` or a Postgres of its
/// own. Classes that measure time or memory of this JVM, or listen to all that is logged, are
/// `@Isolated`: they run when all others are done.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.CONCURRENT)
// Held by the class, so that its methods run one after the other too.
@ResourceLock("aside")
public @interface Aside {}
