package io.carillon.node;

import io.carillon.database.EmbeddedPostgres;
import io.carillon.database.OpenDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.runtime.Micronaut;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import java.io.PrintStream;

/// Starts one node; the process's way in.
///
/// The database room starts first, before the server listens: embedded Postgres or the given one,
/// migrations, roles, pool. What is wrong with the configuration ends the process with exit code 1
/// and one line on standard error, `carillon: <what is wrong and what to do>`; only a fault of the
/// program prints a stack trace. Whatever had been started by then is stopped again.
///
/// SIGTERM and SIGINT send everybody away ([Departure]), then close the context in reverse order of
/// the start; the embedded Postgres stops last. A second signal hurries.
public final class Carillon {
    private Carillon() {}

    /// Runs until the process is told to stop.
    ///
    /// @param args Micronaut's command line, e.g. `-micronaut.server.port=9000`
    public static void main(String[] args) {
        var start = new Start(System.err);
        Signals.listen(() -> start.context);
        // No bootstrap context: to look for one takes time at each start.
        start.args(args)
                .bootstrapEnvironment(false)
                .mainClass(Carillon.class)
                .banner(false)
                .start();
    }

    /// Micronaut's start with our way to fail.
    private static final class Start extends Micronaut {
        private final PrintStream console;
        private volatile @Nullable ApplicationContext context;

        Start(PrintStream console) {
            this.console = console;
        }

        @Override
        protected ApplicationContext newApplicationContext() {
            var built = super.newApplicationContext();
            context = built;
            return built;
        }

        @Override
        protected void handleStartupException(Environment environment, Throwable thrown) {
            stopWhatStarted();
            var line = Complaint.of(thrown);
            if (line == null) {
                LoggerFactory.getLogger(Carillon.class).error("cannot start", thrown);
                line = "cannot start: " + thrown + " (a fault of the program, see the log)";
            }
            console.println("carillon: " + line);
            System.exit(1);
        }

        private void stopWhatStarted() {
            var started = context;
            if (started == null) {
                return;
            }
            try {
                if (!started.isRunning()) {
                    // A context that did not come up closes nothing by itself.
                    stop(started, OpenDatabase.class);
                    stop(started, EmbeddedPostgres.class);
                }
                started.close();
            } catch (RuntimeException failed) {
                LoggerFactory.getLogger(Carillon.class)
                        .warn("stopping after a failed start", failed);
            }
        }

        private static <T extends AutoCloseable> void stop(
                ApplicationContext context, Class<T> type) {
            for (var made : context.getActiveBeanRegistrations(type)) {
                try {
                    made.getBean().close();
                } catch (Exception failed) {
                    LoggerFactory.getLogger(Carillon.class)
                            .warn("stopping {}", type.getSimpleName(), failed);
                }
            }
        }
    }
}
