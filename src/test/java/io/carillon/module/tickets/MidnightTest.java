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

import java.time.OffsetDateTime;
import java.time.ZoneOffset;

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
            return in(tenant, "A");
        }

        static Waiting in(String tenant, String prefix) {
            var admin = MidnightTest.admin(tenant);
            var service =
                    admin.post(
                            "/api/queue/services",
                            "{\"name\":\"%1$s\",\"prefix\":\"%1$s\"}".formatted(prefix));
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

    private static Person admin(String tenant) {
        return node.person(tenant, "cora", "admin");
    }

    /// @param hour of the day, as it is there now
    private static String zoneAt(int hour) {
        var ahead = hour - OffsetDateTime.now(ZoneOffset.UTC).getHour();
        if (ahead < -12) {
            ahead += 24;
        } else if (ahead > 14) {
            ahead -= 24;
        }
        // POSIX counts to the west.
        return "Etc/GMT%+d".formatted(-ahead);
    }

    private static void zoneSince(String tenant, String age) {
        node.node()
                .sql(
                        "update carillon_app.queue_zone_change set changed_at = clock_timestamp() -"
                                + " interval '%s', ended_at = '-infinity' where tenant_id = '%s'"
                                        .formatted(age, tenant));
    }

    @Test
    void aZoneWhereItIsTomorrowCancelsNobodyBeforeTheNextMidnight() {
        zone(admin("zones"), 1, zoneAt(12));
        zoneSince("zones", "2 days");
        var waiting = Waiting.in("zones").since("11 hours");
        zone(admin("zones"), 2, zoneAt(1));
        tidy();
        assertThat(waiting.status()).isEqualTo("in_queue");
        zoneSince("zones", "3 hours");
        tidy();
        assertThat(waiting.status()).isEqualTo("cancelled");
    }

    @Test
    void whatIsSetAfterMidnightPutsNothingOff() {
        var waiting = Waiting.in("set").since("25 hours");
        var settings = "{\"public_screens\":true}";
        admin("set").send("PATCH", "/api/queue/settings", settings, "If-Match", "\"1\"").ok();
        tidy();
        assertThat(waiting.status()).isEqualTo("cancelled");
    }

    @Test
    void aDayThatHasEndedStaysEndedInOtherZones() {
        var yesterdays = Waiting.in("moved").since("25 hours");
        zone(admin("moved"), 1, zoneAt(12));
        zone(admin("moved"), 2, zoneAt(1));
        var todays = Waiting.in("moved", "B");
        tidy();
        assertThat(yesterdays.status()).isEqualTo("cancelled");
        assertThat(todays.status()).isEqualTo("in_queue");
    }

    @Test
    void aDayThatHasEndedStaysEndedWithoutSettings() {
        zone(admin("bare"), 1, zoneAt(12));
        zoneSince("bare", "2 days");
        var yesterdays = Waiting.in("bare").since("14 hours");
        var todays = Waiting.in("bare", "B").since("11 hours");
        node.node().sql("delete from carillon_app.queue_setting where tenant_id = 'bare'");
        tidy();
        assertThat(yesterdays.status()).isEqualTo("cancelled");
        assertThat(todays.status()).isEqualTo("in_queue");
    }

    @Test
    void settingsThatMoveToAnotherTenantAreAChangeForBoth() {
        zone(admin("from"), 1, zoneAt(12));
        zoneSince("from", "2 days");
        var left = Waiting.in("from").since("14 hours");
        var entered = Waiting.in("to").since("25 hours");
        node.node()
                .sql(
                        "update carillon_app.queue_setting set tenant_id = 'to' where tenant_id ="
                                + " 'from'");
        tidy();
        assertThat(left.status()).isEqualTo("cancelled");
        assertThat(entered.status()).isEqualTo("cancelled");
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
