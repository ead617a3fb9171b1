package io.carillon.module.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.module.Follower;
import io.carillon.module.ModuleNode;
import io.carillon.module.Person;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class NotificationsTest {
    private static final String PATH = "/api/notifications";

    private static ModuleNode node;
    private static Person admin;
    private static Person dora;

    @BeforeAll
    static void start() {
        node = ModuleNode.start();
        admin = node.person("acme", "cora", "admin");
        dora = node.person("globex", "dora", "admin");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Person.Answer sent(Person who, String audience, String target, String title) {
        var to = target.isEmpty() ? "" : ",\"target\":\"" + target + "\"";
        return who.post(
                PATH, "{\"audience\":\"%s\"%s,\"title\":\"%s\"}".formatted(audience, to, title));
    }

    private static int unread(Person who) {
        return who.get(PATH + "/unread").ok().get("unread").asInt();
    }

    @Test
    @Tag("C3")
    @Tag("C6")
    @Tag("A5")
    void itGoesToItsAudienceAndNobodyElse() {
        var ana = node.person("acme", "ana", "ringer");
        try (var phone =
                        ana.follow(
                                "notifications:ana",
                                "notifications.role:ringer",
                                "notifications.tenant");
                var laptop =
                        ana.follow(
                                "notifications:ana",
                                "notifications.role:ringer",
                                "notifications.tenant");
                var ben =
                        node.person("acme", "ben", "cook")
                                .follow(
                                        "notifications:ben",
                                        "notifications.role:cook",
                                        "notifications.tenant");
                var foreign =
                        node.person("globex", "ana", "ringer")
                                .follow(
                                        "notifications:ana",
                                        "notifications.role:ringer",
                                        "notifications.tenant")) {
            var own = sent(admin, "user", "ana", "for ana").ok();
            sent(admin, "role", "ringer", "for ringers").ok();
            sent(admin, "tenant", "", "for all").ok();
            sent(dora, "user", "ana", "for the other ana").ok();

            for (var device : List.of(phone, laptop)) {
                var heard = device.next("notification.new");
                assertThat(heard.channel()).isEqualTo("notifications:ana");
                own.fieldNames()
                        .forEachRemaining(member -> {
                            if (!member.equals("read_at")) {
                                assertThat(heard.data().get(member)).isEqualTo(own.get(member));
                            }
                        });
                assertThat(titles(device, 2)).containsExactly("for ringers", "for all");
            }
            assertThat(titles(ben, 1)).containsExactly("for all");
            assertThat(titles(foreign, 1)).containsExactly("for the other ana");
        }
        assertThat(ana.get(PATH).ok().get("items").findValuesAsText("title"))
                .containsExactly("for all", "for ringers", "for ana");
        assertThat(unread(ana)).isEqualTo(3);
        assertThat(unread(node.person("acme", "ben", "cook"))).isEqualTo(1);
    }

    private static List<String> titles(Follower follower, int count) {
        return follower.hear(count).stream()
                .map(heard -> heard.data().get("title").asText())
                .toList();
    }

    @Test
    @Tag("C3")
    void whoMaySend() {
        var eva = node.person("acme", "eva", "member");
        sent(eva, "user", "ben", "x").problem(403, "notification_sender");
        sent(eva, "tenant", "", "x").problem(403, "notification_sender");
        assertThat(sent(eva, "user", "eva", "note to myself").status()).isEqualTo(201);
        sent(admin, "role", "", "to whom").problem(400, "notification_target");
        sent(admin, "planet", "earth", "x").problem(400, "invalid");
    }

    @Test
    @Tag("C3")
    void whatOneDeviceReadsIsReadOnAll() {
        var fay = node.person("acme", "fay", "quiet");
        var first = sent(admin, "user", "fay", "one").id();
        var start = unread(fay);
        try (var phone = fay.follow("notifications:fay");
                var other = node.person("acme", "gus").follow("notifications:gus")) {
            assertThat(fay.post(PATH + "/" + first + "/read", "").ok().get("marked").asInt())
                    .isEqualTo(1);
            assertThat(fay.post(PATH + "/" + first + "/read", "").ok().get("marked").asInt())
                    .isZero();
            sent(admin, "user", "fay", "two").ok();
            sent(admin, "user", "gus", "his").ok();

            var heard = phone.until("notification.new");
            assertThat(heard)
                    .last()
                    .satisfies(read -> {
                        assertThat(read.type()).isEqualTo("notification.read");
                        assertThat(read.data().get("ids").get(0).asText()).isEqualTo(first);
                        assertThat(read.data().get("ids")).hasSize(1);
                    });
            assertThat(other.next().data().get("title").asText()).isEqualTo("his");
        }
        assertThat(unread(fay)).isEqualTo(start);
        assertThat(fay.get(PATH + "?unread=true").ok().get("items").findValuesAsText("title"))
                .contains("two")
                .doesNotContain("one");
        dora.post(PATH + "/" + first + "/read", "").problem(404, "notification_missing");
        node.person("acme", "gus")
                .post(PATH + "/" + first + "/read", "")
                .problem(404, "notification_missing");
    }

    @Test
    @Tag("C3")
    @Tag("C13")
    @Timeout(120)
    void theBadgeIsTheSameOnAllDevicesWhateverTheyDoAtOnce() throws Exception {
        var other = node.another();
        node.node()
                .sql(
                        "insert into carillon_app.notification (tenant_id, audience, target, title)"
                                + " select 'acme', 'user', 'hal', 'n' || n from generate_series(1,"
                                + " 1500) n");
        var hal = node.person("acme", "hal", "lonely");
        var halElsewhere = new Person(other, "acme", "hal", "lonely");
        var read = hal.get(PATH + "/unread");
        var badge = read.ok().get("unread").asInt();
        try (var device =
                        hal.followFrom(read.cursor(), "notifications:hal", "notifications.tenant");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var marked = new ArrayList<Future<Integer>>();
            for (var index = 0; index < 8; index++) {
                var who = index % 2 == 0 ? hal : halElsewhere;
                marked.add(
                        pool.submit(() -> {
                            start.await();
                            return who.post(PATH + "/read", "").ok().get("marked").asInt();
                        }));
                pool.submit(() -> {
                    start.await();
                    return sent(admin, "user", "hal", "meanwhile").ok();
                });
            }
            start.countDown();
            var total = 0;
            for (var one : marked) {
                total += one.get();
            }
            pool.shutdown();
            assertThat(pool.awaitTermination(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            sent(admin, "user", "hal", "the last").ok();
            var told = new HashSet<String>();
            for (var heard = device.next(); ; heard = device.next()) {
                if (heard.type().equals("notification.read")) {
                    for (var id : heard.data().get("ids")) {
                        assertThat(told.add(id.asText())).as("told once").isTrue();
                        badge--;
                    }
                } else {
                    badge++;
                    if (heard.data().get("title").asText().equals("the last")) {
                        break;
                    }
                }
            }
            assertThat(told).hasSize(total);
            assertThat(badge).isEqualTo(unread(hal)).isEqualTo(unread(halElsewhere));
        }
    }

    /// Two devices at once, while there is more than one transaction marks.
    @Test
    @Tag("C3")
    @Timeout(60)
    void everythingIsReadThoughAnotherDeviceMarksOneMeanwhile() throws Exception {
        node.node()
                .sql(
                        "insert into carillon_app.notification (tenant_id, audience, target, title,"
                                + " created_by) select 'many', 'user', 'nora', 'n' || n, 'x' from"
                                + " generate_series(1, 2500) n");
        var nora = node.person("many", "nora");
        try (var phone = node.database().asSuperuser();
                var statement = phone.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            phone.setAutoCommit(false);
            statement.execute(
                    "insert into carillon_app.notification_read (tenant_id, user_id,"
                            + " notification_id) select 'many', 'nora', min(id) from"
                            + " carillon_app.notification where tenant_id = 'many'");
            var all = threads.submit(() -> nora.post(PATH + "/read", ""));
            node.node().awaitBlocked();
            phone.commit();
            assertThat(all.get().ok().get("marked").asInt()).isEqualTo(2_499);
        }
        assertThat(unread(nora)).isZero();
    }
}
