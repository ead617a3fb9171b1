package io.carillon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.sql.SQLException;

/// The doctor finds what was broken on purpose, and its statement mends it; the preview shows what
/// would be sent.
@Tag("F11")
class DoctorTest {
    private Session.Pair pair;
    private Session application;
    private Session log;

    @BeforeEach
    void open() throws SQLException {
        pair = Session.Pair.open();
        application = pair.application();
        log = pair.log();
        application.run("create table item (id int primary key, tenant_id text, n bigint)");
        application.run(
                "select carillon.watch('item', 'items', exclude => array['tenant_id'], roles =>"
                        + " array['staff'])");
    }

    @AfterEach
    void close() throws SQLException {
        pair.close();
    }

    private String finding(String problem) throws SQLException {
        var found =
                log.rows(
                        "select mend from carillon.doctor() where problem like '%"
                                + problem
                                + "%'");
        return found.isEmpty() ? "" : found.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    alter table item disable trigger carillon_updated | is disabled
                    alter table item enable replica trigger carillon_updated | for replication only
                    alter table item enable always trigger carillon_updated | enabled always
                    drop trigger carillon_deleted on item | has lost triggers
                    alter table item add column later text | column later is not sent
                    revoke select on carillon.event from carillon_runtime | may not select carillon.event
                    revoke update on carillon.node from carillon_runtime | may not update carillon.node
                    revoke usage on schema carillon from carillon_runtime | may not use schema carillon
                    revoke execute on function carillon.rotate() from carillon_runtime | may not call carillon.rotate()
                    grant execute on function carillon.ring() to public | everyone may call it
                    set session_replication_role = replica | session_replication_role is replica
                    insert into carillon.event (slot, tenant, channel, type) select (carillon.slot() + 1) & 7, 'a', 'b', 'c' | still holds old events
                    """)
    void whatWasBrokenIsFoundAndTheStatementMendsIt(String damage, String problem)
            throws SQLException {
        if (problem.contains("old events")) {
            // Its turn is near only with slots of an hour.
            log.run("select carillon.retain(1)");
        }
        assertThat(finding(problem)).as("before").isEmpty();

        log.run(damage);
        var mend = finding(problem);
        assertThat(mend).isNotEmpty();
        log.run(mend);

        assertThat(finding(problem)).as("after " + mend).isEmpty();
    }

    @Test
    void aRuleThatTheProductCannotReadIsFoundAndMended() throws SQLException {
        application.run("create table member (id int primary key, tenant_id text, user_id text)");
        application.run(
                "select carillon.rule('team', members => 'select from public.member where user_id ="
                        + " $2', member_tables => array['public.member'])");

        application.run("drop trigger carillon_members_delete on member");

        for (var problem : new String[] {"nobody can subscribe", "it has no trigger"}) {
            var mend = finding(problem);
            assertThat(mend).isNotEmpty();
            log.run(mend);
            assertThat(finding(problem)).as("after " + mend).isEmpty();
        }
    }

    @Test
    void aRepeatedWatchSaysWhatWasAsked() throws SQLException {
        application.run("drop trigger carillon_deleted on item");
        assertThat(finding("has lost triggers"))
                .isEqualTo(
                        "select carillon.watch('public.item', 'items', exclude =>"
                                + " array['tenant_id']::name[], roles => array['staff']::text[],"
                                + " tenant_column => 'tenant_id');");
    }

    @Test
    void aNodeThatHearsNothingIsNamed() throws SQLException {
        log.run("insert into carillon.node (id, listening) values ('n1', false), ('n2', true)");
        assertThat(
                        log.rows(
                                "select subject from carillon.doctor() where problem like"
                                        + " '%swallows LISTEN%'"))
                .containsExactly("node n1");
    }

    @Test
    void theProductMayAskTheDoctor() throws SQLException {
        try (var runtime = new Session(pair.database().asRuntime())) {
            runtime.rows("select * from carillon.doctor()");
        }
    }

    @Test
    @Tag("F12")
    void thePreviewShowsEventsAudienceAndSizesAndMakesNothing() throws SQLException {
        application.run(
                "create table note (id bigint primary key, tenant_id text, user_id int, text"
                        + " text)");
        application.run(
                "insert into note values (1, 'acme', 7, 'hi'), (2, null, 7, 'x'), (3, 'acme', null,"
                        + " 'y'), (4, 'acme', 8, repeat('z', 300000))");
        var objects = log.one("select count(*) from pg_proc");

        assertThat(
                        application.rows(
                                "select type, channel, tenant, audience, bytes ="
                                    + " octet_length(data::text), left(data::text, 51) from"
                                    + " carillon.preview('note', 'inbox', user_column => 'user_id',"
                                    + " exclude => array['tenant_id', 'user_id'])"))
                .containsExactly(
                        "note.created inbox:7 acme user 7 of tenant acme t"
                            + " {\"key\":{\"id\":\"1\"},\"row\":{\"id\":\"1\",\"text\":\"hi\"}}",
                        "note.created inbox:7 null nobody: the row has no tenant t"
                                + " {\"key\":{\"id\":\"2\"},\"row\":{\"id\":\"2\",\"text\":\"x\"}}",
                        "note.created null acme nobody: the row has no user or room, or its channel"
                                + " is too long t"
                                + " {\"key\":{\"id\":\"3\"},\"row\":{\"id\":\"3\",\"text\":\"y\"}}",
                        "note.created inbox:8 acme user 8 of tenant acme t {\"key\" :"
                                + " {\"id\":\"4\"}, \"truncated\" : true}",
                        "note.updated inbox:7 acme user 7 of tenant acme t"
                            + " {\"key\":{\"id\":\"1\"},\"row\":{\"id\":\"1\",\"text\":\"hi\"},\"cha",
                        "note.deleted inbox:7 acme user 7 of tenant acme t {\"key\" :"
                                + " {\"id\":\"1\"}}");
        assertThat(log.one("select count(*) from pg_proc")).isEqualTo(objects);
        assertThat(application.rows("select type from carillon.preview('note', 'x', sample => 1)"))
                .containsExactly("note.created", "note.updated", "note.deleted");
        assertThat(
                        application.refused(
                                "select * from carillon.preview('note', 'x', tenant_column =>"
                                        + " 'nix')"))
                .startsWith("CA001");
    }
}
