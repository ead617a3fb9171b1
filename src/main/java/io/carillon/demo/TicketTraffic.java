package io.carillon.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.micronaut.context.annotation.Requires;

import jakarta.inject.Singleton;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// People come for a bell and take a number; Clara and Dora call them, and most of them come.
@Singleton
@Requires(beans = DemoTokens.class)
final class TicketTraffic implements Traffic {
    private static final String QUEUE = "/api/queue";
    private static final String TICKETS = QUEUE + "/tickets";
    private static final int LONG_QUEUE = 12;
    private static final Set<String> OPEN = Set.of("called", "in_progress");

    /// @param arranges makes services and counters
    /// @param operates calls
    /// @param visits takes tickets
    private record House(String arranges, String operates, String visits) {}

    private static final House ACME = new House("cora", "clara", "ben");
    private static final House GLOBEX = new House("dora", "dora", "emil");

    @Override
    public String module() {
        return "tickets";
    }

    @Override
    public void prepare(Cast cast) {
        for (var house : List.of(ACME, GLOBEX)) {
            var repairs = service(cast, house, "Bell repairs", "A", 240);
            var tours = service(cast, house, "Tower tours", "B", 90);
            counter(cast, house, "Desk 1", repairs, tours);
            counter(cast, house, "Desk 2", repairs);
            for (var wish : List.of(List.of(repairs, "Maria"), List.of(tours, "Jo"))) {
                cast.once(
                        house.visits,
                        "queue-ticket-" + wish.get(1),
                        TICKETS,
                        Map.of("service_id", wish.get(0), "customer_name", wish.get(1)));
            }
        }
    }

    private static String service(
            Cast cast, House house, String name, String prefix, int handlingSeconds) {
        return cast.once(
                        house.arranges,
                        "queue-service-" + prefix,
                        QUEUE + "/services",
                        Map.of("name", name, "prefix", prefix, "handling_seconds", handlingSeconds))
                .body()
                .path("id")
                .asText();
    }

    private static void counter(Cast cast, House house, String name, String... services) {
        cast.once(
                house.arranges,
                "queue-counter-" + name.replace(' ', '-'),
                QUEUE + "/counters",
                Map.of("name", name, "service_ids", List.of(services)));
    }

    private static void take(Cast cast, House house, String service) {
        cast.post(
                house.visits,
                TICKETS,
                Map.of(
                        "service_id",
                        service,
                        "customer_name",
                        cast.oneOf("Maria", "Jo", "Ana Paula", "Luiz", "Tereza", "Kim")));
    }

    @Override
    public void step(Cast cast) {
        var house = cast.dice(3) > 0 ? ACME : GLOBEX;
        var queue = cast.get(house.operates, QUEUE).body();
        var waiting = queue.path("waiting").size();
        if (waiting < 2 || waiting < LONG_QUEUE && cast.dice(3) == 0) {
            var services = queue.path("services");
            if (!services.isEmpty()) {
                take(cast, house, services.get(cast.dice(services.size())).path("id").asText());
            }
            return;
        }
        var counters = queue.path("counters");
        if (!counters.isEmpty()) {
            serve(cast, house, queue, counters.get(cast.dice(counters.size())));
        }
    }

    /// Whoever is at the counter is served on; where nobody is, somebody is called.
    private static void serve(Cast cast, House house, JsonNode queue, JsonNode counter) {
        for (var ticket : queue.path("serving")) {
            if (ticket.path("counter_id").equals(counter.path("id"))
                    && OPEN.contains(ticket.path("status").asText())) {
                var step =
                        ticket.path("status").asText().equals("in_progress")
                                ? "/finish"
                                : cast.oneOf("/start", "/start", "/start", "/recall", "/no-show");
                cast.post(
                        house.operates,
                        TICKETS + "/" + ticket.path("id").asText() + step,
                        Map.of());
                return;
            }
        }
        cast.post(
                house.operates,
                QUEUE + "/counters/" + counter.path("id").asText() + "/next",
                Map.of());
    }
}
