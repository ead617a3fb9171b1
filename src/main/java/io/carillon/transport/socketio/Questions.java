package io.carillon.transport.socketio;

import io.carillon.wire.socketio.Packet;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Events of ours that a client has not answered yet. Confined to the session's loop.
public final class Questions {
    private final Map<Long, Open> open = new HashMap<>();
    private long last;

    /// Hears the answer to a question.
    @FunctionalInterface
    public interface Reply {
        /// @param arguments JSON each; null when there was none in time, or the client has gone
        void come(@Nullable List<String> arguments);
    }

    private record Open(String namespace, long deadline, Reply reply) {}

    Questions() {}

    long add(String namespace, long deadline, Reply reply) {
        last++;
        open.put(last, new Open(namespace, deadline, reply));
        return last;
    }

    /// Answers to nothing are ignored: the time may have been over.
    void answered(Packet.Ack ack) {
        var question = open.get(ack.ack());
        if (question != null && question.namespace.equals(ack.namespace())) {
            open.remove(ack.ack());
            question.reply.come(ack.arguments());
        }
    }

    void expire(long nanos) {
        if (!open.isEmpty()) {
            end(
                    new ArrayList<>(open.entrySet())
                            .stream()
                                    .filter(entry -> nanos - entry.getValue().deadline >= 0)
                                    .toList());
        }
    }

    void forget(String namespace) {
        end(
                new ArrayList<>(open.entrySet())
                        .stream()
                                .filter(entry -> entry.getValue().namespace.equals(namespace))
                                .toList());
    }

    void forgetAll() {
        end(List.copyOf(open.entrySet()));
    }

    private void end(List<Map.Entry<Long, Open>> over) {
        for (var entry : over) {
            open.remove(entry.getKey());
            entry.getValue().reply.come(null);
        }
    }
}
