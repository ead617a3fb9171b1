package io.carillon.auth;

import static io.carillon.auth.AuthPostgres.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.database.PostgresFixture;
import io.carillon.identity.Principal;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

@Tag("A5")
class ChannelRulesTest {
    private static final String MEMBERS =
            "select 1 from public.room_member where tenant_id = $1 and user_id = $2 and room_id ="
                    + " $3";

    private final AtomicLong nanos = new AtomicLong(1);
    private final ChannelRules rules = node();
    private final Principal ana = user("acme", "ana", "member");
    private final Principal cora = user("acme", "cora", "member", "admin");
    private final Principal emil = user("globex", "emil", "member");

    @BeforeEach
    void emptyTables() {
        AuthPostgres.sql(
                """
                delete from carillon.channel_rule;
                drop table if exists public.room_member;
                create table public.room_member (tenant_id text, room_id text, user_id text);
                grant select on public.room_member to carillon_runtime
                """);
    }

    @Test
    void aChannelWithoutARuleIsForbidden() {
        forbidden(rules.subscribe(ana, "orders"));
        forbidden(rules.publish(ana, "orders"));
        forbidden(rules.subscribe(cora, "orders:1"));
    }

    @Test
    void aRuleWithoutRolesIsForEveryMemberToReadAndForNobodyToWrite() {
        rule("orders", "null", "null", null);

        allowed(rules.subscribe(ana, "orders"));
        allowed(rules.subscribe(emil, "orders"));
        forbidden(rules.publish(cora, "orders"));
    }

    @Test
    void rolesSayWhoReadsAndWhoWrites() {
        rule("audit", "'{admin,auditor}'", "'{admin}'", null);
        rule("closed", "'{}'", "'{}'", null);

        allowed(rules.subscribe(cora, "audit"));
        allowed(rules.publish(cora, "audit"));
        forbidden(rules.subscribe(ana, "audit"));
        forbidden(rules.publish(ana, "audit"));
        forbidden(rules.subscribe(cora, "closed"));
    }

    @Test
    void rolesAreComparedAsTheyStand() {
        rule("audit", "'{admin}'", "null", null);

        forbidden(rules.subscribe(user("acme", "x", "Admin", "admin ", "admins"), "audit"));
    }

    @Test
    void aUsersOwnChannelIsThatUsersOnly() {
        rule("notifications:{user}", "null", "'{member}'", null);

        allowed(rules.subscribe(ana, "notifications:ana"));
        allowed(rules.publish(ana, "notifications:ana"));
        forbidden(rules.subscribe(cora, "notifications:ana"));
        forbidden(rules.publish(cora, "notifications:ana"));
        forbidden(rules.subscribe(ana, "notifications"));
        forbidden(rules.subscribe(ana, "notifications:"));
        forbidden(rules.subscribe(ana, "notifications:ANA"));
        forbidden(rules.subscribe(ana, "notifications:ana:x"));
        forbidden(rules.subscribe(ana, "notifications:ana "));
        forbidden(rules.subscribe(ana, "notifications:{user}"));
        forbidden(rules.subscribe(ana, "Notifications:ana"));
        forbidden(rules.subscribe(ana, "xnotifications:ana"));
    }

    @Test
    void aUserIdWithColonsIsOneUser() {
        rule("user:{user}", "null", "null", null);
        var service = user("acme", "svc:eu:7", "member");

        allowed(rules.subscribe(service, "user:svc:eu:7"));
        forbidden(rules.subscribe(service, "user:svc"));
        forbidden(rules.subscribe(user("acme", "svc", "member"), "user:svc:eu:7"));
    }

    @Test
    void membersAreLetIn() {
        rule("chat:{key}", "null", "'{member}'", MEMBERS);
        member("acme", "7", "ana");

        allowed(rules.subscribe(ana, "chat:7"));
        allowed(rules.publish(ana, "chat:7"));
        forbidden(rules.subscribe(cora, "chat:7"));
        forbidden(rules.subscribe(ana, "chat:8"));
        forbidden(rules.subscribe(ana, "chat:"));
        forbidden(rules.subscribe(ana, "chat"));
    }

    @Test
    void publishingNeedsTheRoleAndTheMembership() {
        rule("chat:{key}", "null", "'{admin}'", MEMBERS);
        member("acme", "7", "ana");

        forbidden(rules.publish(ana, "chat:7"));
        forbidden(rules.publish(cora, "chat:7"));
    }

    @Test
    void aKeyIsEverythingAfterThePrefix() {
        rule("chat:{key}", "null", "null", MEMBERS);
        member("acme", "7:x: y", "ana");

        allowed(rules.subscribe(ana, "chat:7:x: y"));
        forbidden(rules.subscribe(ana, "chat:7"));
        forbidden(rules.subscribe(ana, "chat:7:x"));
    }

    @Test
    void theLongestPrefixDecidesAlone() {
        rule("chat:{key}", "null", "null", null);
        rule("chat:room:{key}", "'{admin}'", "null", null);
        rule("chat:room:lobby", "null", "null", null);

        allowed(rules.subscribe(ana, "chat:7"));
        allowed(rules.subscribe(ana, "chat:roomy"));
        forbidden(rules.subscribe(ana, "chat:room:7"));
        forbidden(rules.subscribe(ana, "chat:room:"));
        allowed(rules.subscribe(cora, "chat:room:7:8"));
        allowed(rules.subscribe(ana, "chat:room:lobby"));
        forbidden(rules.subscribe(ana, "chat:room:lobby:"));
    }

    @Test
    void whereUserAndKeySharethePrefixBothMustAllow() {
        rule("box:{user}", "null", "null", null);
        rule("box:{key}", "'{admin}'", "null", null);

        forbidden(rules.subscribe(ana, "box:ana"));
        forbidden(rules.subscribe(cora, "box:ana"));
        allowed(rules.subscribe(cora, "box:cora"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:{room}", "{key}", ":{key}", "a{key}", "a:{key}:b", "a:{x}:{key}"})
    void aPatternThatMeansNothingLetsNobodyIn(String pattern) {
        rule(pattern, "null", "null", null);

        forbidden(rules.subscribe(cora, pattern));
        forbidden(rules.subscribe(cora, "a:1"));
        forbidden(rules.subscribe(cora, "a:1:b"));
        forbidden(rules.subscribe(cora, ":1"));
        forbidden(rules.subscribe(cora, "1"));
    }

    @Test
    void aNameThatCannotBeAChannelIsRefused() {
        for (var name :
                new String[] {
                    "", "a\nb", "a\u0000", "a\udc00", "ä".repeat(101), "x".repeat(5_000)
                }) {
            code(rules.subscribe(ana, name), Refusal.CHANNEL_INVALID);
        }
    }

    @Test
    void aTenantNeverMeetsAnothersMembers() {
        rule("chat:{key}", "null", "'{member}'", MEMBERS);
        member("acme", "7", "ana");
        member("acme", "7", "emil");

        allowed(rules.subscribe(user("acme", "emil", "member"), "chat:7"));
        forbidden(rules.subscribe(emil, "chat:7"));
        forbidden(rules.publish(emil, "chat:7"));
        forbidden(rules.subscribe(user("globex", "ana", "member"), "chat:7"));
        forbidden(rules.subscribe(emil, "chat:7' or tenant_id = 'acme"));
        forbidden(rules.subscribe(user("acme' or 'x' = 'x", "ana", "member"), "chat:7"));
        forbidden(rules.subscribe(emil, "acme:chat:7"));
    }

    @Test
    void theQueryGetsTheTenantOfThePrincipalAndNothingElse() {
        AuthPostgres.sql("delete from public.room_member");
        rule(
                "seen:{key}",
                "null",
                "null",
                "select 1 where $1 = 'globex' and $2 = 'emil' and $3 = 'acme'");

        allowed(rules.subscribe(emil, "seen:acme"));
        forbidden(rules.subscribe(user("acme", "emil", "member"), "seen:acme"));
        forbidden(rules.subscribe(user("globex", "ana", "member"), "seen:acme"));
    }

    @Test
    void aChangedRuleCountsWithinASecondOnEveryNode() {
        var other = node();
        rule("orders", "null", "null", null);
        allowed(rules.subscribe(ana, "orders"));
        allowed(other.subscribe(ana, "orders"));

        AuthPostgres.sql("update carillon.channel_rule set subscribe_roles = '{admin}'");
        pass(Duration.ofMillis(999));

        forbidden(rules.subscribe(ana, "orders"));
        forbidden(other.subscribe(ana, "orders"));
    }

    @Test
    void rulesAreNotReadForEveryQuestion() {
        rule("orders", "null", "null", null);
        allowed(rules.subscribe(ana, "orders"));
        AuthPostgres.sql("delete from carillon.channel_rule");

        pass(Duration.ofMillis(499));
        allowed(rules.subscribe(ana, "orders"));
        pass(Duration.ofMillis(1));
        forbidden(rules.subscribe(ana, "orders"));
    }

    @Test
    void aMembershipIsKeptForASecondAndNoLonger() {
        rule("chat:{key}", "null", "null", MEMBERS);
        member("acme", "7", "ana");
        allowed(rules.subscribe(ana, "chat:7"));
        AuthPostgres.sql("delete from public.room_member");

        pass(Duration.ofMillis(999));
        allowed(rules.subscribe(ana, "chat:7"));
        pass(Duration.ofMillis(1));
        forbidden(rules.subscribe(ana, "chat:7"));
    }

    @Test
    void aRecheckSeesTheTablesAsTheyAre() {
        rule("chat:{key}", "null", "null", MEMBERS);
        member("acme", "7", "ana");
        allowed(rules.subscribe(ana, "chat:7"));
        AuthPostgres.sql("delete from public.room_member");

        rules.forget(new RightsChange.Members("globex", "public.room_member"));
        allowed(rules.subscribe(ana, "chat:7"));
        rules.forget(new RightsChange.Members("acme", "public.room_member"));
        forbidden(rules.subscribe(ana, "chat:7"));
    }

    @Test
    void aQueryRunsAsTheRuntimeRoleAndOnlyReads() {
        AuthPostgres.sql("revoke select on public.room_member from carillon_runtime");
        rule("chat:{key}", "null", "null", MEMBERS);
        rule("who:{key}", "null", "null", "select 1 where current_user = 'carillon_runtime'");
        rule("evil:{key}", "null", "null", "delete from public.room_member returning 1");
        member("acme", "7", "ana");

        code(rules.subscribe(ana, "chat:7"), Refusal.CHANNEL_RULE_BROKEN);
        allowed(rules.subscribe(ana, "who:7"));
        code(rules.subscribe(ana, "evil:7"), Refusal.CHANNEL_RULE_BROKEN);
        assertThat(AuthPostgres.count("select count(*) from public.room_member")).isOne();
    }

    @Test
    void aKeyThatTheQueryCannotReadIsRefused() {
        rule("doc:{key}", "null", "null", "select 1 where $3::int > 0");

        allowed(rules.subscribe(ana, "doc:5"));
        code(rules.subscribe(ana, "doc:five"), Refusal.CHANNEL_RULE_BROKEN);
    }

    /// Whoever follows stays, and whoever comes is to try again.
    @Test
    void aQueryThatFailsForNowIsAskedAgain() {
        AuthPostgres.sql(
                """
                create or replace function public.trouble(state text) returns setof int
                  language plpgsql as $$ begin raise exception 'trouble' using errcode = state; end $$
                """);
        rule("trouble:{key}", "null", "null", "select 1 from public.trouble($3)");

        for (var state : List.of("40P01", "53200", "55P03", "57014", "58030")) {
            var channel = "trouble:" + state;
            code(rules.subscribe(ana, channel), Refusal.UNAVAILABLE);
            code(again(channel), Refusal.UNAVAILABLE);
        }
        code(rules.subscribe(ana, "trouble:22012"), Refusal.CHANNEL_RULE_BROKEN);
        code(again("trouble:22012"), Refusal.CHANNEL_RULE_BROKEN);
    }

    private Access again(String channel) {
        var question = new ChannelRules.Question(ana, channel);
        var answers = rules.forbidden(List.of(question), new RightsChange.Unknown());
        return Objects.requireNonNull(answers.get(question));
    }

    @Test
    @Tag("slow")
    void aSlowQueryIsEndedAfterASecond() {
        rule("slow:{key}", "null", "null", "select 1 from pg_sleep(30)");
        var start = Instant.now();

        var access = rules.subscribe(ana, "slow:1");

        code(access, Refusal.UNAVAILABLE);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aChangeCountsWithinASecondByTheRealClock() {
        var nodes = List.of(ChannelRules.of(database()), ChannelRules.of(database()));
        rule("chat:{key}", "null", "null", MEMBERS);
        member("acme", "7", "ana");
        nodes.forEach(node -> allowed(node.subscribe(ana, "chat:7")));

        AuthPostgres.sql("delete from public.room_member");
        nodes.forEach(node -> within(Duration.ofSeconds(1), node, "chat:7"));
        member("acme", "8", "ana");
        nodes.forEach(node -> allowed(node.subscribe(ana, "chat:8")));
        AuthPostgres.sql("delete from carillon.channel_rule");
        nodes.forEach(node -> within(Duration.ofSeconds(1), node, "chat:8"));
    }

    @Test
    void oneTenantsSlowQueryDoesNotHoldUpAnother() throws InterruptedException {
        var real = ChannelRules.of(database());
        rule(
                "slow:{key}",
                "null",
                "null",
                "select 1 from pg_sleep(case $1 when 'acme' then 30 else 0 end)");
        allowed(real.subscribe(emil, "slow:0"));
        // The quickest of five: whoever is held up is so each time.
        var quickest = Duration.ofHours(1);
        for (var round = 1; round <= 5 && quickest.toMillis() >= 900; round++) {
            var took = besidesSlowQueries(real, "slow:" + round);
            quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }
        assertThat(quickest).isLessThan(Duration.ofMillis(900));
    }

    /// @return how long another tenant's question takes while six of the slow ones are under way
    private Duration besidesSlowQueries(ChannelRules real, String channel)
            throws InterruptedException {
        var asked = new CountDownLatch(6);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var index = 0; index < 6; index++) {
                var one = channel + ":" + index;
                threads.submit(() -> {
                    asked.countDown();
                    return real.subscribe(ana, one);
                });
            }
            asked.await();
            var start = System.nanoTime();
            allowed(real.subscribe(emil, channel));
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    @Test
    void whilePostgresIsAwayNobodyIsLetIn() {
        var database = PostgresFixture.freshDatabase();
        var away = ChannelRules.of(database.database());
        database.close();

        code(away.subscribe(ana, "orders"), Refusal.UNAVAILABLE);
        assertThat(away.open(ana)).as("not that nothing is open").isNull();
    }

    @Test
    @Tag("slow")
    void whatIsOpenIsNotKnownWhileAMembershipIsNot() {
        rule("orders", "null", "null", "null");
        rule("audit", "null", "null", "select 1 from pg_sleep(30)");
        assertThat(rules.open(ana)).isNull();
    }

    private void within(Duration limit, ChannelRules node, String channel) {
        var end = Instant.now().plus(limit);
        var asked = Instant.now();
        while (node.subscribe(ana, channel) instanceof Access.Allowed) {
            assertThat(asked).as("asked, and still allowed").isBefore(end);
            asked = Instant.now();
        }
    }

    private ChannelRules node() {
        var database = AuthPostgres.database();
        return new ChannelRules(database, new Memberships(database, nanos::get), nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static void rule(String pattern, String subscribe, String publish, String members) {
        AuthPostgres.sql(
                "insert into carillon.channel_rule values ('%s', %s, %s, %s, null)"
                        .formatted(
                                pattern,
                                subscribe,
                                publish,
                                members == null ? "null" : "$m$" + members + "$m$"));
    }

    private static void member(String tenant, String room, String user) {
        AuthPostgres.sql(
                "insert into public.room_member values ('%s', '%s', '%s')"
                        .formatted(tenant, room, user));
    }

    static Principal user(String tenant, String user, String... roles) {
        return new Principal(
                tenant, user, user, Set.of(roles), "t", null, Instant.now().plusSeconds(600));
    }

    private static void allowed(Access access) {
        assertThat(access).isInstanceOf(Access.Allowed.class);
    }

    private static void forbidden(Access access) {
        code(access, Refusal.CHANNEL_FORBIDDEN);
    }

    private static void code(Access access, Refusal code) {
        assertThat(access).isInstanceOf(Access.Forbidden.class);
        assertThat(((Access.Forbidden) access).code()).isEqualTo(code);
    }
}
