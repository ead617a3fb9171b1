package io.carillon.chaos;

import io.carillon.log.EventLog;
import io.carillon.node.Departure;
import io.micronaut.context.ApplicationContext;
import io.micronaut.logging.LogLevel;
import io.micronaut.logging.LoggingSystem;
import io.micronaut.runtime.server.EmbeddedServer;

import java.util.Map;

/// A node in this JVM.
final class LocalMember implements Member {
    private final int port;
    private final Map<String, Object> settings;
    private ApplicationContext context;
    private long readsBefore;

    LocalMember(int port, Map<String, Object> settings) {
        this.port = port;
        this.settings = settings;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        context =
                ApplicationContext.builder()
                        .properties(settings)
                        .properties(Map.of("micronaut.server.port", port))
                        .build()
                        .start();
        // Thousands of connections come and go; their lines are of no use here.
        context.getBean(LoggingSystem.class).setLogLevel("io.carillon.connection", LogLevel.WARN);
        context.getBean(EmbeddedServer.class).start();
    }

    @Override
    public void leave() throws InterruptedException {
        context.getBean(Departure.class).leave();
        die();
    }

    @Override
    public void die() {
        if (context == null) {
            return;
        }
        readsBefore += context.getBean(EventLog.class).reads();
        context.getBean(LoggingSystem.class)
                .setLogLevel("io.carillon.connection", LogLevel.NOT_SPECIFIED);
        context.close();
        context = null;
    }

    @Override
    public long memory() {
        return Runtime.getRuntime().totalMemory();
    }

    @Override
    public long reads() {
        return readsBefore + (context == null ? 0 : context.getBean(EventLog.class).reads());
    }
}
