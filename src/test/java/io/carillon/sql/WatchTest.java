package io.carillon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

import java.io.IOException;
import java.io.StringReader;
import java.sql.SQLException;

/// A watched table tells every change of it, by whatever statement, to whom it concerns.
@Tag("F1")
class WatchTest {
    private static final String ORDERS =
            "create table orders (id int primary key, tenant_id text, status text, note text)";

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

    private void watchOrders() throws SQLException {
        application.run(ORDERS);
        application.run("select carillon.watch('orders', 'orders', entity => 'order')");
    }

    @Test
    void insertUpdateAndDeleteAreToldWithKeyRowAndWhatChanged() throws SQLException {
        watchOrders();

        application.run("insert into orders values (1, 'acme', 'open', null)");
        application.run("update orders set status = 'paid' where id = 1");
        application.run("delete from orders where id = 1");

        assertThat(log.events())
                .containsExactly(
                        "acme orders order.created"
                            + " {\"key\":{\"id\":1},\"row\":{\"id\":1,\"tenant_id\":\"acme\",\"status\":\"open\",\"note\":null}}",
                        "acme orders order.updated"
                            + " {\"key\":{\"id\":1},\"row\":{\"id\":1,\"tenant_id\":\"acme\",\"status\":\"paid\",\"note\":null},\"changed\":[\"status\"]}",
                        "acme orders order.deleted {\"key\":{\"id\":1}}");
    }

    @Test
    @Tag("A1")
    void anEventExistsIfAndOnlyIfItsTransactionCommitted() throws SQLException {
        watchOrders();

        application.begin();
        application.run("insert into orders values (1, 'acme', 'open', null)");
        application.rollback();
        application.begin();
        application.run("insert into orders values (2, 'acme', 'open', null)");
        application.run("savepoint s");
        application.run("insert into orders values (3, 'acme', 'open', null)");
        application.run("rollback to s");
        application.run("insert into orders values (4, 'acme', 'open', null)");
        application.run("release s");
        assertThat(log.events()).as("before the commit").isEmpty();
        application.commit();

        assertThat(log.rows("select data #>> '{key,id}' from carillon.event order by id"))
                .containsExactly("2", "4");
    }

    @Test
    @Tag("F4")
    void tenThousandRowsOfOneUpdateAreOneInsertIntoTheLogAndOneBell() throws SQLException {
        watchOrders();
        application.run(
                "insert into orders select i, 'acme', 'open', null from generate_series(1, 10000)"
                        + " i");
        // A count per statement and not per row: what the log's own table says it was asked to do.
        log.run("create table public.statement_seen ()");
        log.run(
                "create function public.see() returns trigger language plpgsql as $$ begin insert"
                        + " into public.statement_seen default values; return null; end $$");
        log.run("grant all on public.statement_seen to public");
        log.run(
                "create trigger see after insert on carillon.event for each statement execute"
                        + " function public.see()");
        log.run("insert into carillon.node (id) values ('n')");
        log.run("listen carillon");

        assertThat(application.update("update orders set status = 'paid'")).isEqualTo(10_000);

        assertThat(log.one("select count(*) from public.statement_seen")).isEqualTo("1");
        assertThat(log.bells()).isEqualTo(1);
        assertThat(log.one("select count(*) from carillon.event where type = 'order.updated'"))
                .isEqualTo("10000");
    }

    @Test
    @Tag("F4")
    void aPlanMadeForOneRowDoesNotStallTenThousand() throws SQLException {
        watchOrders();
        application.run(
                "insert into orders select i, 'acme', 'open', null from generate_series(1, 10000)"
                        + " i");
        for (int i = 0; i < 8; i++) {
            application.run("update orders set status = 's" + i + "' where id = 1");
        }
        application.run("set statement_timeout = '5s'");

        assertThat(application.update("update orders set status = 'paid'")).isEqualTo(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "text, acme",
        "uuid, 7d444840-9dc0-11d1-b245-5ffdce74fad2",
        "integer, 17",
        "bigint, 9007199254740993"
    })
    void theTenantMayBeTextUuidOrNumber(String type, String tenant) throws SQLException {
        application.run("create table item (id int primary key, tenant_id " + type + ")");
        application.run("select carillon.watch('item', 'items')");

        application.run("insert into item values (1, '" + tenant + "')");

        assertThat(log.rows("select tenant, type from carillon.event"))
                .containsExactly(tenant + " item.created");
    }

    @Test
    void aRowOfNobodyOrOfEverybodyMakesNoEvent() throws SQLException {
        watchOrders();

        application.run(
                "insert into orders values (1, null, 'a', null), (2, '*', 'a', null), (3, '', 'a',"
                        + " null), (4, repeat('x', 201), 'a', null)");
        assertThat(log.events()).isEmpty();

        application.run("update orders set tenant_id = 'acme' where id = 1");
        application.run("update orders set tenant_id = null where id = 1");
        assertThat(log.rows("select tenant, type from carillon.event order by id"))
                .containsExactly("acme order.created", "acme order.deleted");
    }

    @Test
    void aCompositeKeyNamesTheRow() throws SQLException {
        application.run(
                "create table line (order_id bigint, place int, tenant_id text, n int, primary key"
                        + " (place, order_id))");
        application.run("select carillon.watch('line', 'lines', columns => array['n'])");

        application.run("insert into line values (9007199254740993, 1, 'acme', 5)");
        application.run("update line set n = 6");
        application.run("update line set place = 2");

        assertThat(log.events())
                .containsExactly(
                        "acme lines line.created"
                            + " {\"key\":{\"place\":1,\"order_id\":\"9007199254740993\"},\"row\":{\"n\":5}}",
                        "acme lines line.updated"
                            + " {\"key\":{\"place\":1,\"order_id\":\"9007199254740993\"},\"row\":{\"n\":6},\"changed\":[\"n\"]}",
                        "acme lines line.deleted"
                                + " {\"key\":{\"place\":1,\"order_id\":\"9007199254740993\"}}",
                        "acme lines line.created"
                            + " {\"key\":{\"place\":2,\"order_id\":\"9007199254740993\"},\"row\":{\"n\":6}}");
    }

    @Test
    void numbersThatJavaScriptCannotHoldAreStringsAndNullsAreNull() throws SQLException {
        application.run("create domain money_amount as numeric(12, 2)");
        application.run(
                "create table sum (id bigint primary key, tenant_id text, total money_amount, parts"
                    + " bigint[], twice numeric generated always as (total * 2) stored, small int,"
                    + " doc jsonb, nothing text)");
        application.run("select carillon.watch('sum', 'sums', exclude => array['tenant_id'])");

        application.run(
                "insert into sum (id, tenant_id, total, parts, small, doc) values"
                    + " (9007199254740993, 'acme', 1.50, '{1,9007199254740993,null}', 3, '{\"a\":"
                    + " [1]}')");

        assertThat(log.events())
                .containsExactly(
                        "acme sums sum.created"
                            + " {\"key\":{\"id\":\"9007199254740993\"},\"row\":{\"id\":\"9007199254740993\",\"total\":\"1.50\","
                            + "\"parts\":[\"1\",\"9007199254740993\",null],\"twice\":\"3.00\",\"small\":3,\"doc\":{\"a\":[1]},\"nothing\":null}}");
    }

    @Test
    void aRowOverTheLimitIsSentAsItsKeyAndTheWriterDoesNotFail() throws SQLException {
        watchOrders();

        application.run("insert into orders values (1, 'acme', 'open', repeat('x', 300000))");
        application.run("update orders set status = 'paid'");
        application.run("insert into orders values (2, 'acme', 'open', repeat('x', 9000))");
        application.run("set carillon.max_event_bytes = 8192");
        application.run("update orders set status = 'paid' where id = 2");
        application.run("set carillon.max_event_bytes = 'nonsense'");
        application.run("update orders set status = 'sent' where id = 2");

        assertThat(
                        log.rows(
                                "select type, left(replace(data::text, ' ', ''), 60),"
                                    + " octet_length(data::text) > 9000 from carillon.event order"
                                    + " by id"))
                .containsExactly(
                        "order.created {\"key\":{\"id\":1},\"truncated\":true} f",
                        "order.updated"
                            + " {\"key\":{\"id\":1},\"truncated\":true,\"changed\":[\"status\"]} f",
                        "order.created"
                            + " {\"key\":{\"id\":2},\"row\":{\"id\":2,\"tenant_id\":\"acme\",\"status\":\"o"
                            + " t",
                        "order.updated"
                            + " {\"key\":{\"id\":2},\"truncated\":true,\"changed\":[\"status\"]} f",
                        "order.updated"
                            + " {\"key\":{\"id\":2},\"row\":{\"id\":2,\"tenant_id\":\"acme\",\"status\":\"s"
                            + " t");
    }

    @Test
    void aWideTableWithColumnsCalledLikeAnythingCanBeWatched() throws SQLException {
        var columns = new StringBuilder();
        for (var name :
                "n o r t b c k s row key rows fresh side source data type tenant channel xid slot new old told changed"
                        .split(" ")) {
            columns.append(", \"").append(name).append("\" text");
        }
        for (int i = 0; i < 150; i++) {
            columns.append(", \"Column ").append(i).append("\" text default 'v'");
        }
        application.run("create table wide (id int primary key, tenant_id text" + columns + ")");
        application.run("select carillon.watch('wide', 'wide')");
        application.run("insert into wide (id, tenant_id) values (1, 'acme')");
        application.run("update wide set n = 'x', \"Column 7\" = 'w'");
        application.run("delete from wide");

        assertThat(
                        log.rows(
                                "select type, data #>> '{row,Column 7}', data #>> '{changed}' from"
                                        + " carillon.event order by id"))
                .containsExactly(
                        "wide.created v null",
                        "wide.updated w [\"n\",\"Column 7\"]",
                        "wide.deleted null null");
        assertThat(application.rows("select type from carillon.preview('wide', 'wide')")).isEmpty();
    }

    @Test
    void aChangeOfAudienceIsADeletionForTheOldAndACreationForTheNew() throws SQLException {
        application.run(
                "create table message (id int primary key, tenant_id text, room int, text text)");
        application.run(
                "select carillon.watch('message', 'chat', room_column => 'room', columns =>"
                        + " array['text'], members => 'select')");

        application.run("insert into message values (1, 'acme', 7, 'hi')");
        application.run("update message set room = 8");
        application.run("update message set tenant_id = 'other'");
        application.run("update message set id = 2");
        application.run("update message set room = null");

        assertThat(log.events())
                .containsExactly(
                        "acme chat:7 message.created"
                                + " {\"key\":{\"id\":1},\"row\":{\"text\":\"hi\"}}",
                        "acme chat:7 message.deleted {\"key\":{\"id\":1}}",
                        "acme chat:8 message.created"
                                + " {\"key\":{\"id\":1},\"row\":{\"text\":\"hi\"}}",
                        "acme chat:8 message.deleted {\"key\":{\"id\":1}}",
                        "other chat:8 message.created"
                                + " {\"key\":{\"id\":1},\"row\":{\"text\":\"hi\"}}",
                        "other chat:8 message.deleted {\"key\":{\"id\":1}}",
                        "other chat:8 message.created"
                                + " {\"key\":{\"id\":2},\"row\":{\"text\":\"hi\"}}",
                        "other chat:8 message.deleted {\"key\":{\"id\":2}}");
        assertThat(log.rows("select pattern, members from carillon.channel_rule"))
                .containsExactly("chat:{key} select");
    }

    @Test
    void anUpdateOfWhatIsNotSentOrOfNothingMakesNoEvent() throws SQLException {
        application.run(ORDERS);
        application.run("select carillon.watch('orders', 'orders', exclude => array['note'])");
        application.run("insert into orders values (1, 'acme', 'open', null)");
        log.events();

        application.run("update orders set note = 'secret'");
        application.run("update orders set status = status");

        assertThat(log.events()).isEmpty();
    }

    @Test
    void whatIsEqualToItsTypeButDiffersOnTheScreenIsAChange() throws SQLException {
        application.run(
                "create table price (id int primary key, tenant_id text, amount numeric, doc"
                        + " json)");
        application.run("select carillon.watch('price', 'prices')");
        application.run("insert into price values (1, 'acme', 1.0, '{}')");

        application.run("update price set amount = 1.00");
        application.run("update price set doc = '{ }'");

        assertThat(
                        log.rows(
                                "select data ->> 'changed' from carillon.event where type ="
                                        + " 'price.updated' order by id"))
                .containsExactly("[\"amount\"]", "[\"doc\"]");
    }

    @Test
    void truncateIsAResetForEveryTenant() throws SQLException {
        watchOrders();
        application.run("truncate orders");
        assertThat(log.events())
                .containsExactly("* orders carillon.reset {\"reason\":\"truncated\"}");
    }

    @Test
    void onConflictMergeAndCopyAreToldAsWhatTheyDid() throws SQLException, IOException {
        application.run("create table stock (id int primary key, tenant_id text, n int)");
        application.run("select carillon.watch('stock', 'stock', columns => array['n'])");

        application.run(
                "insert into stock values (1, 'a', 1), (2, 'a', 1) on conflict (id) do update set n"
                        + " = 5");
        application.run(
                "insert into stock values (2, 'a', 1), (3, 'a', 1) on conflict (id) do update set n"
                        + " = 5");
        application.run(
                "merge into stock s using (values (1), (2), (4)) v (id) on s.id = v.id when matched"
                        + " and v.id = 1 then delete when matched then update set n = 6 when not"
                        + " matched then insert values (v.id, 'a', 4)");
        application
                .connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy stock from stdin", new StringReader("10\ta\t1\n11\ta\t2\n"));

        assertThat(
                        log.rows(
                                "select type, data #>> '{key,id}' from carillon.event order by"
                                        + " type, 2, id"))
                .containsExactly(
                        "stock.created 1",
                        "stock.created 10",
                        "stock.created 11",
                        "stock.created 2",
                        "stock.created 3",
                        "stock.created 4",
                        "stock.deleted 1",
                        "stock.updated 2",
                        "stock.updated 2");
    }

    @Test
    void whoWroteAndWhichRequestComeFromTheTransactionsSettings() throws SQLException {
        watchOrders();
        application.begin();
        application.run("set local carillon.actor = 'u7'");
        application.run("set local carillon.correlation_id = 'c1'");
        application.run("set local carillon.ref = 'r1'");
        application.run("insert into orders values (1, 'acme', 'open', null)");
        application.commit();
        application.run("insert into orders values (2, 'acme', 'open', null)");

        assertThat(log.rows("select actor, correlation_id, ref from carillon.event order by id"))
                .containsExactly("u7 c1 r1", "null null null");
    }

    @Test
    void aWriterNeedsNoRightOnAnythingOfCarillon() throws SQLException {
        watchOrders();
        application.run("grant insert, update, delete, select on orders to public");
        log.run("create role stranger_" + pair.database().name());
        log.run("set role stranger_" + pair.database().name());
        try {
            log.run("set search_path = ''");
            log.run("insert into public.orders values (1, 'acme', 'open', null)");
            log.run("update public.orders set status = 'x'");
            log.run("delete from public.orders");
            assertThat(log.refused("select * from carillon.event")).startsWith("42501");
            assertThat(log.refused("select carillon.emit('a', 'b', 'c')")).startsWith("42501");
        } finally {
            log.run("reset role");
            log.run("drop owned by stranger_" + pair.database().name());
            log.run("drop role stranger_" + pair.database().name());
        }
        assertThat(log.events()).hasSize(3);
    }

    @Test
    void watchingAgainReplacesAndUnwatchingLeavesNothing() throws SQLException {
        watchOrders();
        application.run("select carillon.watch('orders', 'sales', exclude => array['note'])");
        application.run("insert into orders values (1, 'acme', 'open', 'n')");
        assertThat(log.events())
                .containsExactly(
                        "acme sales orders.created"
                            + " {\"key\":{\"id\":1},\"row\":{\"id\":1,\"tenant_id\":\"acme\",\"status\":\"open\"}}");
        assertThat(log.rows("select pattern from carillon.channel_rule")).containsExactly("sales");

        assertThat(application.one("select carillon.unwatch('orders')"))
                .isEqualTo("public.orders is no longer live");

        application.run("insert into orders values (2, 'acme', 'open', 'n')");
        assertThat(log.events()).isEmpty();
        assertThat(log.one("select count(*) from carillon.channel_rule")).isEqualTo("0");
        assertThat(
                        log.one(
                                "select count(*) from pg_proc where pronamespace in"
                                        + " ('carillon_watch'::regnamespace,"
                                        + " 'carillon_as_owner'::regnamespace)"))
                .isEqualTo("0");
        assertThat(
                        log.one(
                                "select count(*) from pg_class where relnamespace ="
                                        + " 'carillon_watch'::regnamespace"))
                .isEqualTo("0");
        application.run("drop table orders");
    }

    @Test
    void whatCannotBeWatchedIsRefusedWithWhatToDo() throws SQLException {
        application.run("create table keyless (tenant_id text, n int)");
        application.run("create table half (id int unique, tenant_id text)");
        application.run("create view look as select * from keyless");
        application.run("create temp table passing (id int primary key, tenant_id text)");
        application.run(ORDERS);

        assertThat(application.refused("select carillon.watch('keyless', 'x')"))
                .startsWith("CA003")
                .contains("add primary key");
        assertThat(application.refused("select carillon.watch('half', 'x')")).startsWith("CA003");
        assertThat(application.refused("select carillon.watch('look', 'x')")).startsWith("CA003");
        assertThat(application.refused("select carillon.watch('passing', 'x')"))
                .startsWith("CA003");
        assertThat(application.refused("select carillon.watch('orders', '')")).startsWith("CA001");
        assertThat(
                        application.refused(
                                "select carillon.watch('orders', 'x', tenant_column => 'org')"))
                .startsWith("CA001")
                .contains("tenant =>");
        assertThat(
                        application.refused(
                                "select carillon.watch('orders', 'x', exclude => array['nix'])"))
                .startsWith("CA001");
        assertThat(application.refused("select carillon.watch('orders', 'x', tenant => '*')"))
                .startsWith("CA001");
        assertThat(
                        application.refused(
                                "select carillon.watch('orders', 'x', room_column => 'status')"))
                .startsWith("CA001")
                .contains("members");
        assertThat(
                        application.refused(
                                "select carillon.watch('orders', 'x', members => 'select from"
                                        + " nix')"))
                .startsWith("CA001");
        log.run("create table public.foreign_to_it (id int primary key, tenant_id text)");
        assertThat(application.refused("select carillon.watch('foreign_to_it', 'x')"))
                .startsWith("CA004")
                .contains("set role");
        log.run("create schema closed authorization application");
        log.run("revoke all on schema closed from public");
        application.run("create table closed.t (id int primary key, tenant_id text)");
        assertThat(application.refused("select carillon.watch('closed.t', 'x')"))
                .startsWith("CA004")
                .contains("grant usage on schema closed to");
    }
}
