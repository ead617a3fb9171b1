package io.carillon.module.studio;

import io.carillon.auth.Admission;
import io.carillon.database.Writer;
import io.carillon.module.Refused;
import io.micronaut.json.JsonMapper;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// One probe's WebSocket: a bounded queue, and a virtual thread that takes batches from it one by
/// one, so that their order is kept.
///
/// [#offer] and [#end] are called on the event loop and never block. Answers are at most as many as
/// batches that wait, so a probe that does not read fills nothing.
final class ProbeLine {
    /// The token has ended, was revoked, or lacks the role.
    static final CloseReason UNAUTHORIZED = new CloseReason(4401, "token");

    /// Too many batches wait.
    static final CloseReason TOO_MANY = new CloseReason(4429, "too many batches wait");

    /// A problem that the probe cannot mend by sending again.
    static final CloseReason REFUSED = new CloseReason(4400, "refused");

    private static final Logger LOG = LoggerFactory.getLogger(ProbeLine.class);
    private static final long LOOK_SECONDS = 30;

    private final WebSocketSession session;
    private final Feed feed;
    private final Supplier<Admission> admission;
    private final JsonMapper json;
    private final BlockingQueue<String> waiting;
    private volatile boolean over;

    ProbeLine(
            WebSocketSession session,
            Feed feed,
            Supplier<Admission> admission,
            JsonMapper json,
            StudioSettings settings) {
        this.session = session;
        this.feed = feed;
        this.admission = admission;
        this.json = json;
        this.waiting = new ArrayBlockingQueue<>(settings.unacknowledged());
    }

    /// Why a batch was not taken.
    ///
    /// @param code as REST has it
    /// @param status as REST has it
    /// @param detail for people
    @Serdeable
    record Problem(String code, int status, @Nullable String detail) {}

    void start() {
        var unused = Thread.ofVirtual().name("carillon-probe").start(this::work);
    }

    void offer(String text) {
        if (!over && !waiting.offer(text)) {
            close(TOO_MANY);
        }
    }

    void end() {
        over = true;
    }

    void leave() {
        close(CloseReason.GOING_AWAY);
    }

    private void work() {
        try {
            while (!over && session.isOpen()) {
                var text = waiting.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                if (text != null) {
                    take(text);
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(String text) {
        switch (admission.get()) {
            case Admission.Refused(var code, var message) -> {
                answer(new Problem(code.code(), 401, message));
                close(UNAUTHORIZED);
            }
            case Admission.Valid(var principal) -> {
                try {
                    var batch = Objects.requireNonNull(json.readValue(text, Batch.class));
                    answer(feed.take(principal, Writer.of(principal), batch));
                } catch (Refused no) {
                    answer(new Problem(no.code(), no.status().getCode(), no.getMessage()));
                    close(no.code().equals("studio_probe_role") ? UNAUTHORIZED : REFUSED);
                } catch (IOException | NullPointerException malformed) {
                    answer(new Problem("samples_invalid", 400, "this is no batch"));
                    close(REFUSED);
                } catch (RuntimeException failed) {
                    // Postgres is away, for instance: what has no receipt comes again.
                    LOG.warn("samples could not be taken: {}", failed.getMessage());
                    close(CloseReason.INTERNAL_ERROR);
                }
            }
        }
    }

    private void answer(Object message) {
        try {
            if (session.isOpen()) {
                session.sendSync(json.writeValueAsString(message));
            }
        } catch (IOException | RuntimeException gone) {
            end();
        }
    }

    private void close(CloseReason reason) {
        end();
        if (session.isOpen()) {
            session.close(reason);
        }
    }
}
