package io.carillon.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.channel.Event;
import io.carillon.channel.Inspector;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.LongAdder;

/// The last look at an event before it goes out: a payload that is not what the catalogue says goes
/// out as `carillon.invalid`, with its type, its key and the reason, and is counted.
///
/// What came by SQL past the tables' checks ends here; what Java wrote was refused before commit.
/// Safe for all threads; does not block.
@Singleton
public final class Inspection implements Inspector {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);

    private final Catalogue catalogue;
    private final LongAdder invalid = new LongAdder();

    public Inspection(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /// @return how many events went out as invalid since the start, recovered ones counted again
    public long invalid() {
        return invalid.sum();
    }

    @Override
    public Event inspect(Event event) {
        return switch (catalogue.judge(event.channel(), event.type(), event.data())) {
            case Judgement.Valid _, Judgement.Unlisted _ -> event;
            case Judgement.Invalid(_, var reason) -> {
                invalid.increment();
                LOG.warn(
                        "event {} of tenant {} is no {}: {}",
                        event.id(),
                        event.tenant(),
                        event.type(),
                        reason);
                yield event.told(Event.INVALID, told(event, reason));
            }
        };
    }

    private static String told(Event event, String reason) {
        var told = Catalogue.JSON.createObjectNode().put("type", event.type());
        var key = key(event.data());
        if (key != null) {
            told.set("key", key);
        }
        return told.put("reason", reason).toString();
    }

    private static @Nullable JsonNode key(@Nullable String data) {
        try {
            return data == null ? null : Catalogue.JSON.readTree(data).get("key");
        } catch (JsonProcessingException impossible) {
            return null;
        }
    }
}
