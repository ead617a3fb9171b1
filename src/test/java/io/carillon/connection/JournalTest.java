package io.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.carillon.identity.Principal;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

@Tag("C9")
@Isolated("hears all that connections log")
class JournalTest {
    private static final Principal ANA =
            new Principal("acme", "ana", "Ana", Set.of(), null, null, Instant.MAX);

    private final AtomicLong nanos = new AtomicLong(1);
    private final Journal journal = new Journal(nanos::get);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Connection.class);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    @Test
    void aConnectionIsToldWhenItOpensAndWhyItCloses() {
        journal.opened("c1", "websocket", ANA);
        journal.closed("c1", Disconnect.SLOW, 61_000_000_000L);
        journal.closed("c2", null, 0);

        assertThat(said())
                .containsExactly(
                        "connection c1 opened: websocket tenant acme user ana",
                        "connection c1 closed: slow after 61 s",
                        "connection c2 closed: by the client after 0 s");
    }

    @Test
    void aStormIsOneLineMore() {
        for (var number = 0; number < 5_000; number++) {
            journal.opened("c" + number, "websocket", ANA);
        }
        journal.closed("c1", null, 0);
        assertThat(said()).hasSize(Journal.PER_SECOND);

        nanos.addAndGet(1_000_000_000L);
        journal.settle();
        journal.settle();

        assertThat(said())
                .hasSize(Journal.PER_SECOND + 1)
                .last()
                .isEqualTo(
                        "4950 connections more were opened and 1 closed, too many at once to name");
    }

    private List<String> said() {
        // A node of another class may let somebody go, late.
        var here = Thread.currentThread().getName();
        return lines.list.stream()
                .filter(line -> line.getThreadName().equals(here))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
