package io.carillon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;

/// The application changes its watched table, by DDL, by its own triggers, by partitions: the last
/// event about a row still states what it is, and no write fails.
@Tag("F1")
class WatchedTableChangesTest {
    private Session.Pair pair;
    private Session application;
    private Session log;

    @BeforeEach
    void open() throws SQLException {
        pair = Session.Pair.open();
        application = pair.application();
        log = pair.log();
    }

    @AfterEach
    void close() throws SQLException {
        pair.close();
    }

    private void watchItems() throws SQLException {
        application.run(
                "create table item (id int primary key, tenant_id text, n int, parent int"
                        + " references item on delete cascade)");
        application.run("select carillon.watch('item', 'items', columns => array['n'])");
    }

    private void rowTrigger(String when, String body) throws SQLException {
        application.run(
                "create function react() returns trigger language plpgsql as $$ begin "
                        + body
                        + " end $$");
        application.run(
                "create trigger react " + when + " on item for each row execute function react()");
    }

    @Test
    void anAfterRowTriggerThatUpdatesTheSameTableIsOvertakenByTheFinalContent()
            throws SQLException {
        watchItems();
        rowTrigger(
                "after insert or update",
                "update item set n = n + 1 where id = new.id and n < 10; return null;");

        application.run("insert into item values (1, 'acme', 7), (2, 'acme', 20)");

        assertThat(log.lastWords())
                .containsExactly(
                        "item.created {\"key\":{\"id\":1},\"row\":{\"n\":10}}",
                        "item.created {\"key\":{\"id\":2},\"row\":{\"n\":20}}");
        application.run("update item set n = 5 where id = 1");
        assertThat(log.lastWords().getFirst()).startsWith("item.updated").contains("\"n\":10");
        application.run("alter table item add column later text");
        application.run("update item set n = 6 where id = 1");
        assertThat(log.lastWords().getFirst()).startsWith("item.updated").contains("\"n\":10");
    }

    @Test
    void aRowDeletedByItsOwnTriggerDoesNotStayOnTheScreens() throws SQLException {
        watchItems();
        rowTrigger(
                "after insert or update",
                "if new.n = 0 then delete from item where id = new.id; end if; return null;");

        application.run("insert into item values (1, 'acme', 0), (2, 'acme', 1)");
        application.run("update item set n = 0 where id = 2");

        assertThat(log.lastWords())
                .containsExactly(
                        "item.deleted {\"key\":{\"id\":1}}", "item.deleted {\"key\":{\"id\":2}}");
    }

    @Test
    void aRowInsertedAgainByTheTriggerOfItsDeletionIsThere() throws SQLException {
        watchItems();
        rowTrigger(
                "after delete",
                "insert into item values (old.id, 'acme', old.n + 1); return null;");

        application.run("insert into item values (1, 'acme', 1)");
        application.run("delete from item");

        assertThat(log.lastWords())
                .containsExactly(
                        "item.updated {\"key\":{\"id\":1},\"row\":{\"n\":2},\"changed\":[\"n\"]}");
    }

    @Test
    void aBeforeRowTriggerThatWritesOtherRowsIsOvertakenToo() throws SQLException {
        watchItems();
        application.run("insert into item values (1, 'acme', 1), (2, 'acme', 2)");
        // Row 1 has been updated by the statement when row 2's trigger updates it again.
        rowTrigger(
                "before update",
                "if new.id = 2 then update item set n = 99 where id = 1; end if; return new;");

        application.run("update item set n = n + 1");

        assertThat(log.lastWords().getFirst()).contains("\"n\":99");
        assertThat(log.lastWords().getLast()).contains("\"n\":3");
    }

    @Test
    void aCascadeIntoTheSameTableTellsEveryDeletion() throws SQLException {
        watchItems();
        application.run(
                "insert into item values (1, 'acme', 1, null), (2, 'acme', 1, 1), (3, 'acme', 1,"
                        + " 2)");

        application.run("delete from item where id = 1");

        assertThat(log.lastWords()).hasSize(3).allMatch(last -> last.startsWith("item.deleted"));
    }

    @Test
    void aNestedWriteThatIsRolledBackLeavesNoTrace() throws SQLException {
        watchItems();
        rowTrigger(
                "after insert",
                "begin update item set n = 99 where id = new.id; raise exception 'no'; exception"
                        + " when others then null; end; return null;");

        application.run("insert into item values (1, 'acme', 1)");

        assertThat(log.events())
                .containsExactly("acme items item.created {\"key\":{\"id\":1},\"row\":{\"n\":1}}");
    }

    @Test
    void whereForcedRowSecurityHidesRowsThePagesReadAgain() throws SQLException {
        watchItems();
        rowTrigger("after insert", "update item set n = n + 1 where id = new.id; return null;");
        application.run("alter table item enable row level security");
        application.run("alter table item force row level security");
        application.run(
                "create policy ours on item using (tenant_id = current_setting('app.tenant'))");
        application.run("set app.tenant = 'acme'");

        application.run("insert into item values (1, 'acme', 1)");

        assertThat(log.events().getLast())
                .isEqualTo("acme items carillon.reset {\"reason\":\"nested\"}");
        assertThat(log.rows("select mend from carillon.doctor() where subject = 'public.item'"))
                .containsExactly("alter table public.item no force row level security;");
    }

    @Test
    void renamingColumnsAndTheTableBreaksNothing() throws SQLException {
        watchItems();
        application.run("insert into item values (1, 'acme', 1)");
        application.run("alter table item rename n to amount");
        application.run("alter table item rename tenant_id to org");
        application.run("alter table item rename id to number");
        application.run("alter table item rename to thing");
        application.run("insert into thing values (2, 'acme', 2)");
        application.run("update thing set amount = 3 where number = 2");

        assertThat(log.events().getLast())
                .isEqualTo(
                        "acme items item.updated"
                                + " {\"key\":{\"id\":2},\"row\":{\"n\":3},\"changed\":[\"n\"]}");
    }

    @Test
    void columnsComeAndGoInTheMiddleOfASession() throws SQLException {
        application.run("create table item (id int primary key, gone text, tenant_id text, n int)");
        application.run("alter table item drop column gone");
        application.run("select carillon.watch('item', 'items')");
        application.run("insert into item values (1, 'acme', 1)");
        application.run("alter table item add column extra text");
        application.run("insert into item values (2, 'acme', 2, 'e')");
        application.run("update item set n = 3 where id = 2");
        application.run("alter table item drop column extra");
        application.run("update item set n = 4 where id = 2");
        application.run("delete from item where id = 1");

        assertThat(log.events())
                .containsExactly(
                        "acme items item.created"
                            + " {\"key\":{\"id\":1},\"row\":{\"id\":1,\"tenant_id\":\"acme\",\"n\":1}}",
                        "acme items item.created"
                            + " {\"key\":{\"id\":2},\"row\":{\"id\":2,\"tenant_id\":\"acme\",\"n\":2}}",
                        "acme items item.updated"
                            + " {\"key\":{\"id\":2},\"row\":{\"id\":2,\"tenant_id\":\"acme\",\"n\":3},\"changed\":[\"n\"]}",
                        "acme items item.updated"
                            + " {\"key\":{\"id\":2},\"row\":{\"id\":2,\"tenant_id\":\"acme\",\"n\":4},\"changed\":[\"n\"]}",
                        "acme items item.deleted {\"key\":{\"id\":1}}");
    }

    @Test
    void droppingOrRetypingAWatchedColumnIsRefusedAtOnceAndCascadeLeavesAWorkingApplication()
            throws SQLException {
        watchItems();
        assertThat(application.refused("alter table item drop column n")).startsWith("2BP01");
        assertThat(application.refused("alter table item alter column n type bigint"))
                .startsWith("0A000");
        assertThat(application.refused("drop table item")).startsWith("2BP01");

        application.run("alter table item drop column n cascade");
        application.run("insert into item values (1, 'acme')");
        application.run("update item set tenant_id = 'other'");
        application.run("delete from item");
        application.run("truncate item");

        assertThat(log.events()).isEmpty();
        assertThat(
                        log.rows(
                                "select severity, problem from carillon.doctor() where subject ="
                                        + " 'public.item'"))
                .containsExactly(
                        "error the table has lost triggers of Carillon: its changes are not told");
        application.run("select carillon.watch('item', 'items')");
        application.run("insert into item values (2, 'acme')");
        assertThat(log.events()).hasSize(1);
    }

    @Test
    void aDroppedTableIsForgotten() throws SQLException {
        watchItems();
        application.run("drop table item cascade");
        assertThat(
                        log.rows(
                                "select mend from carillon.doctor() where problem like 'the table"
                                        + " was dropped%'"))
                .containsExactly("select carillon.check_partitions();");

        log.run("select carillon.check_partitions()");

        assertThat(log.one("select count(*) from carillon.watched")).isEqualTo("0");
        assertThat(
                        log.one(
                                "select count(*) from pg_proc where pronamespace in"
                                        + " ('carillon_watch'::regnamespace,"
                                        + " 'carillon_as_owner'::regnamespace)"))
                .isEqualTo("0");
        watchItems();
        application.run("insert into item values (1, 'acme', 1)");
        assertThat(log.events()).hasSize(1);
    }

    @Test
    void partitionsAreWatchedHoweverTheyAreWrittenTo() throws SQLException {
        application.run(
                "create table seen (id int, tenant_id text, at date, note text, primary key (id,"
                        + " at)) partition by range (at)");
        application.run(
                "create table seen_20 partition of seen for values from ('2020-01-01') to"
                        + " ('2021-01-01')");
        application.run(
                "create table seen_21 (note text, at date not null, tenant_id text, id int not"
                        + " null)");
        application.run(
                "alter table seen attach partition seen_21 for values from ('2021-01-01') to"
                        + " ('2022-01-01')");
        application.run("select carillon.watch('seen', 'seen', columns => array['note'])");

        application.run("insert into seen values (1, 'acme', '2020-02-02', 'parent')");
        application.run("insert into seen_20 values (2, 'acme', '2020-02-02', 'direct')");
        application.run("insert into seen_21 values ('other order', '2021-02-02', 'acme', 3)");
        application.run("update seen set at = '2021-05-05' where id = 1");
        assertThat(log.events())
                .containsExactly(
                        "acme seen seen.created"
                            + " {\"key\":{\"id\":1,\"at\":\"2020-02-02\"},\"row\":{\"note\":\"parent\"}}",
                        "acme seen seen.created"
                            + " {\"key\":{\"id\":2,\"at\":\"2020-02-02\"},\"row\":{\"note\":\"direct\"}}",
                        "acme seen seen.created"
                            + " {\"key\":{\"id\":3,\"at\":\"2021-02-02\"},\"row\":{\"note\":\"otherorder\"}}",
                        "acme seen seen.deleted {\"key\":{\"id\":1,\"at\":\"2020-02-02\"}}",
                        "acme seen seen.created"
                            + " {\"key\":{\"id\":1,\"at\":\"2021-05-05\"},\"row\":{\"note\":\"parent\"}}");

        application.run(
                "create table seen_22 partition of seen for values from ('2022-01-01') to"
                        + " ('2023-01-01')");
        application.run("insert into seen_22 values (4, 'acme', '2022-02-02', 'too early')");
        assertThat(log.events()).isEmpty();
        assertThat(
                        log.rows(
                                "select subject, mend from carillon.doctor() where subject ="
                                        + " 'public.seen_22'"))
                .containsExactly("public.seen_22 select carillon.check_partitions();");
        try (var runtime = new Session(pair.database().asRuntime())) {
            assertThat(runtime.one("select carillon.check_partitions()"))
                    .isEqualTo("1 partitions are live now");
            assertThat(runtime.one("select carillon.check_partitions()")).isEqualTo("null");
        }
        application.run("insert into seen_22 values (5, 'acme', '2022-02-02', 'direct')");
        assertThat(log.events()).hasSize(1);

        application.run("truncate seen");
        assertThat(log.events())
                .containsExactly("* seen carillon.reset {\"reason\":\"truncated\"}");
        assertThat(application.refused("select carillon.watch('seen_20', 'x')"))
                .startsWith("CA003");
        application.run("drop table seen_20");
        application.run("insert into seen values (6, 'acme', '2022-02-02', 'still')");
        assertThat(log.events()).hasSize(1);
        application.run("select carillon.unwatch('seen')");
        application.run("insert into seen_22 values (7, 'acme', '2022-02-02', 'silent')");
        assertThat(log.events()).isEmpty();
    }
}
