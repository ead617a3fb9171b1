package io.carillon.wire.socketio;

import io.carillon.catalogue.Catalogue;
import io.carillon.catalogue.SocketEvents;
import io.carillon.channel.Event;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The ways of naming: the catalogue's where nobody asks for another. What the catalogue does not
/// name is named plainly. Immutable.
@Singleton
final class CatalogueNames implements Namings {
    private final EventNames all;
    private final EventNames dots;
    private final EventNames colons;
    private final EventNames enveloped;

    private final Set<String> onRequest = new HashSet<>();

    CatalogueNames(Catalogue types, SocketEvents catalogue) {
        for (var module : types.modules()) {
            for (var channel : module.channels()) {
                if (!channel.join()) {
                    onRequest.add(channel.pattern());
                }
            }
        }
        all = event -> named(catalogue.of(event), event, "");
        dots = event -> named(catalogue.of(event), event, ".");
        colons = event -> named(catalogue.of(event), event, ":");
        enveloped =
                event -> List.of(new Emission(event.type(), List.of(catalogue.envelope(event))));
    }

    @Override
    public @Nullable EventNames find(@Nullable String naming, String namespace) {
        return switch (naming) {
            case null -> all;
            case PLAIN -> EventNames.PLAIN;
            case DATA -> EventNames.DATA;
            case ENVELOPE -> enveloped;
            case DOTS -> dots;
            case COLONS -> colons;
            default -> null;
        };
    }

    @Override
    public boolean opens(String channel) {
        return !onRequest.contains(channel);
    }

    /// Systems that call an event by the same name hear it once. A name without the mark is better
    /// than none.
    private static List<Emission> named(List<SocketEvents.Told> told, Event event, String mark) {
        if (told.isEmpty()) {
            return EventNames.PLAIN.emissions(event);
        }
        var names = new HashSet<String>();
        var emissions = new ArrayList<Emission>(told.size());
        var marked = told.stream().anyMatch(one -> one.name().contains(mark));
        for (var one : told) {
            if ((!marked || one.name().contains(mark)) && names.add(one.name())) {
                emissions.add(new Emission(one.name(), one.args()));
            }
        }
        return emissions;
    }
}
