package io.carillon.module.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whose midnight it is, and for whom it counts.
@Timeout(60)
class MidnightTest {
    private static ModuleNode node;

    @BeforeAll
    static void start() {
        node = ModuleNode.start("carillon.tickets.tidy", "1h");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// @param admin in whose tenant
    /// @param id of a ticket for a service of its own
    private record Waiting(Person admin, String id) {
        static Waiting in(String tenant) {
            var admin = node.person(tenant, "cora", "admin");
            var service = admin.post("/api/queue/services", "{\"name\":\"A\",\"prefix\":\"A\"}");
            return new Waiting(admin, ticket(admin, service.id()));
        }

        private static String ticket(Person admin, String service) {
            return admin.post("/api/queue/tickets", "{\"service_id\":\"" + service + "\"}").id();
        }

        String status() {
            return ticket().get("status").asText();
        }

        JsonNode ticket() {
            return admin.get("/api/queue/tickets/" + id).ok();
        }

        Waiting since(String age) {
            node.node()
                    .sql(
                            "update carillon_app.queue_ticket set waits_since = clock_timestamp() -"
                                    + " interval '%s' where id = %s".formatted(age, id));
            return this;
        }
    }

    private static void tidy() {
        node.node().sql("select carillon_app.tidy_queue('90 days', 500)");
    }

    private static void zone(Person admin, int seen, String zone) {
        admin.send(
                        "PATCH",
                        "/api/queue/settings",
                        "{\"time_zone\":\"" + zone + "\"}",
                        "If-Match",
                        "\"" + seen + "\"")
                .ok();
    }

    @Test
    void aZoneWhereItIsTomorrowCancelsNobody() {
        var admin = node.person("zones", "cora", "admin");
        zone(admin, 1, "Etc/GMT+12");
        var waiting = Waiting.in("zones").since("11 hours");
        zone(admin, 2, "Pacific/Kiritimati");
        tidy();
        assertThat(waiting.status()).isEqualTo("in_queue");
    }

    @Test
    void whoIsServedOverMidnightAndPassedOnWaits() {
        var waiting = Waiting.in("night");
        var counter = waiting.admin().post("/api/queue/counters", "{\"name\":\"One\"}").id();
        waiting.admin().post("/api/queue/counters/" + counter + "/next", "").ok();
        waiting.admin().post("/api/queue/tickets/" + waiting.id() + "/start", "").ok();
        node.node()
                .sql(
                        "update carillon_app.queue_ticket set day = day - 1 where id = "
                                + waiting.id());
        waiting.since("1 day");
        tidy();
        var service = waiting.ticket().get("service_id").asText();
        waiting.admin()
                .post(
                        "/api/queue/tickets/" + waiting.id() + "/transfer",
                        "{\"service_id\":\"" + service + "\"}")
                .ok();
        tidy();
        assertThat(waiting.status()).isEqualTo("in_queue");
    }

    @Test
    void sqlNamesZonesThatThereAre() {
        var insert =
                "insert into carillon_app.queue_setting (tenant_id, time_zone) values ('sql',"
                        + " '%s')";
        node.node().sql(insert.formatted("Europe/Rome"));
        assertThatThrownBy(() -> node.node().sql(insert.formatted("Nowhere/Land")))
                .hasStackTraceContaining("no time zone 'Nowhere/Land'")
                .hasStackTraceContaining("pg_timezone_names");
    }

    @Test
    void aZoneThatIsGoneStopsNobodysQueue() {
        var other = Waiting.in("fine").since("1 day");
        node.node()
                .sql(
                        """
                        alter table carillon_app.queue_setting disable trigger check_zone;
                        insert into carillon_app.queue_setting (tenant_id, time_zone)
                         values ('gone', 'Nowhere/Land');
                        alter table carillon_app.queue_setting enable trigger check_zone
                        """);
        tidy();
        assertThat(other.status()).isEqualTo("cancelled");
        assertThat(Waiting.in("gone").status()).isEqualTo("in_queue");
    }
}
