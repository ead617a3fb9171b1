package io.carillon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.sql.SQLException;

/// Publishing by hand: in the caller's transaction, checked, of any size, and with a bell that is
/// quiet when it may be.
@Tag("F2")
class EmitTest {
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

    @Test
    void anEmittedEventExistsIfAndOnlyIfTheTransactionCommits() throws SQLException {
        application.begin();
        application.run("select carillon.emit('acme', 'orders', 'order.paid', '{\"id\": 1}')");
        application.rollback();
        application.begin();
        application.run("savepoint s");
        application.run("select carillon.emit('acme', 'orders', 'order.paid', '{\"id\": 2}')");
        application.run("rollback to s");
        application.run("select carillon.emit('acme', 'orders', 'order.paid', '{\"id\": 3}')");
        application.commit();

        assertThat(log.events()).containsExactly("acme orders order.paid {\"id\":3}");
    }

    @Test
    void eightThousandBytesAreNoLimit() throws SQLException {
        application.run(
                "select carillon.emit('acme', 'orders', 'order.paid', to_jsonb(repeat('é',"
                        + " 100000)))");
        assertThat(log.one("select octet_length(data::text) from carillon.event"))
                .isEqualTo("200002");
        assertThat(
                        application.refused(
                                "select carillon.emit('acme', 'orders', 'order.paid',"
                                        + " to_jsonb(repeat('x', 262144)))"))
                .startsWith("CA002")
                .contains("carillon.max_event_bytes");
        application.run("set carillon.max_event_bytes = 500000");
        application.run(
                "select carillon.emit('acme', 'orders', 'order.paid', to_jsonb(repeat('x',"
                        + " 262144)))");
    }

    @ParameterizedTest
    @CsvSource({
        "null, 'orders', 'a.b'",
        "'', 'orders', 'a.b'",
        "*, 'orders', 'a.b'",
        "a\tb, 'orders', 'a.b'",
        "acme, '', 'a.b'",
        "acme, 'a\nb', 'a.b'",
        "acme, orders, 'a b'",
        "acme, orders, carillon.reset",
        "acme, orders, ''"
    })
    void aBadAddressIsRefusedWithACodeAndAHint(String tenant, String channel, String type) {
        assertThat(
                        application.refused(
                                "select carillon.emit(nullif('%s', 'null'), '%s', '%s')"
                                        .formatted(tenant, channel, type)))
                .startsWith("CA001")
                .doesNotEndWith("null");
    }

    @Test
    void namesAreMeasuredInBytes() throws SQLException {
        application.run(
                "select carillon.emit(repeat('x', 200), repeat('é', 100), repeat('t', 100))");
        assertThat(application.refused("select carillon.emit(repeat('é', 101), 'c', 't')"))
                .startsWith("CA001");
        assertThat(application.refused("select carillon.emit('a', repeat('é', 101), 't')"))
                .startsWith("CA001");
        assertThat(application.refused("select carillon.emit('a', 'c', repeat('t', 101))"))
                .startsWith("CA001");
        assertThat(
                        application.refused(
                                "select carillon.emit('a', 'c', 't', actor => repeat('t', 201))"))
                .startsWith("CA001");
    }

    @Test
    @Tag("F4")
    void theBellIsSilentWhileEveryNodeHasPromisedToLookAndRingsWhenAPromiseHasLapsed()
            throws SQLException {
        application.run("create table item (id int primary key, tenant_id text)");
        application.run("select carillon.watch('item', 'items')");
        log.run("listen carillon");

        write(1);
        assertThat(log.bells()).as("no node").isZero();
        log.run(
                "insert into carillon.node (id, awake_until) values ('a', clock_timestamp() +"
                        + " interval '1 hour'), ('b', clock_timestamp() + interval '1 hour')");
        write(2);
        assertThat(log.bells()).as("all awake").isZero();
        log.run(
                "update carillon.node set awake_until = clock_timestamp() - interval '1 second'"
                        + " where id = 'b'");
        write(3);
        assertThat(log.bells()).as("one asleep: emit and trigger ring").isEqualTo(2);
        application.begin();
        write(4);
        write(5);
        application.commit();
        assertThat(log.bells()).as("one bell per transaction").isEqualTo(1);
        application.run("set carillon.bell = off");
        write(6);
        assertThat(log.bells()).as("silenced").isZero();
    }

    private void write(int id) throws SQLException {
        application.run("insert into item values (" + id + ", 'acme')");
        application.run("select carillon.emit('acme', 'items', 'item.seen')");
    }

    @Test
    void aTransactionThatCannotBeDurableLaterIsMadeDurable() throws SQLException {
        application.run("create table item (id int primary key, tenant_id text)");
        application.run("select carillon.watch('item', 'items')");
        application.run("set synchronous_commit = off");

        application.begin();
        application.run("insert into item values (1, null)");
        assertThat(application.one("show synchronous_commit")).as("no event").isEqualTo("off");
        application.run("insert into item values (2, 'acme')");
        assertThat(application.one("show synchronous_commit")).isEqualTo("local");
        application.commit();
        assertThat(application.one("show synchronous_commit")).isEqualTo("off");
        application.begin();
        application.run("select carillon.emit('acme', 'items', 'item.seen')");
        assertThat(application.one("show synchronous_commit")).isEqualTo("local");
        application.commit();
        application.run("set synchronous_commit = remote_apply");
        application.begin();
        application.run("insert into item values (3, 'acme')");
        assertThat(application.one("show synchronous_commit")).isEqualTo("remote_apply");
        application.commit();
    }

    @Test
    void anEphemeralEventIsRolledBackWithItsTransactionAndNeedsSomebodyToHearIt()
            throws SQLException {
        assertThat(application.one("select carillon.broadcast('acme', 'chat:1', 'typing.start')"))
                .isEqualTo("null");
        log.run("insert into carillon.node (id) values ('n')");
        application.begin();
        application.run("select carillon.broadcast('acme', 'chat:1', 'typing.start')");
        application.rollback();
        application.run(
                "select carillon.broadcast('acme', 'chat:1', 'typing.stop', '{\"user\": 7}',"
                        + " 'u7')");

        assertThat(
                        log.rows(
                                "select tenant, channel, type, data, actor from"
                                        + " carillon.broadcast_event"))
                .containsExactly("acme chat:1 typing.stop {\"user\": 7} u7");
        assertThat(
                        application.refused(
                                "select carillon.broadcast('acme', 'chat:1', 'typing.stop',"
                                        + " to_jsonb(repeat('x', 8192)))"))
                .startsWith("CA002");
    }

    @Test
    void nobodyMayCallWhatWasNotGranted() throws SQLException {
        assertThat(
                        log.rows(
                                "select f.oid::regprocedure from pg_proc f cross join lateral"
                                    + " aclexplode(coalesce(f.proacl, acldefault('f', f.proowner)))"
                                    + " g where f.pronamespace in ('carillon'::regnamespace,"
                                    + " 'carillon_watch'::regnamespace,"
                                    + " 'carillon_as_owner'::regnamespace) and g.grantee = 0"))
                .isEmpty();
        assertThat(
                        log.rows(
                                "select c.oid::regclass from pg_class c cross join lateral"
                                        + " aclexplode(c.relacl) g where c.relnamespace ="
                                        + " 'carillon'::regnamespace and g.grantee = 0"))
                .isEmpty();
        assertThat(
                        log.rows(
                                "select p.proname from pg_proc p where pronamespace ="
                                        + " 'carillon'::regnamespace and obj_description(p.oid) is"
                                        + " null"))
                .as("functions without a comment")
                .isEmpty();
    }

    @Test
    void aRuleIsCheckedBeforeItIsKept() throws SQLException {
        assertThat(application.one("select carillon.rule('orders', array['staff'])"))
                .isEqualTo("orders: staff may subscribe, nobody may publish");
        assertThat(application.refused("select carillon.rule('chat:{key}')"))
                .startsWith("CA001")
                .contains("members");
        assertThat(application.refused("select carillon.rule('chat:{nix}')")).startsWith("CA001");
        assertThat(
                        application.refused(
                                "select carillon.rule('a', members => 'delete from"
                                        + " carillon.event')"))
                .startsWith("CA001");
        assertThat(
                        application.refused(
                                "select carillon.rule('a', members => 'select 1', member_tables =>"
                                        + " array['nix'])"))
                .startsWith("CA001");
        assertThat(application.one("select carillon.unrule('orders')")).isEqualTo("t");
        assertThat(application.one("select carillon.unrule('orders')")).isEqualTo("f");
    }
}
