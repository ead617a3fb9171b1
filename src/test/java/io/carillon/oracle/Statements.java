package io.carillon.oracle;

import java.util.Locale;

/// Makes up one statement after the other. Rows are few, so writers meet.
final class Statements {
    /// How wild the writers are.
    ///
    /// @param truncateOnceIn statements per TRUNCATE
    /// @param bulkOnceIn statements per bulk statement
    record Mood(int truncateOnceIn, int bulkOnceIn) {}

    private static final int ROWS = 40;

    private final Chance chance;
    private final Mood mood;

    Statements(Chance chance, Mood mood) {
        this.chance = chance;
        this.mood = mood;
    }

    String next() {
        if (chance.onceIn(mood.truncateOnceIn)) {
            return "truncate " + chance.of("orders", "stock", "reading", "inbox");
        }
        if (chance.onceIn(mood.bulkOnceIn)) {
            return bulk();
        }
        return switch (chance.below(12)) {
            case 0, 1, 2 -> orders();
            case 3, 4, 5 -> stock();
            case 6, 7 -> reading();
            case 8, 9 -> inbox();
            case 10 -> news();
            default -> traceless();
        };
    }

    private int id() {
        return chance.below(ROWS);
    }

    private String tenant() {
        return chance.of(Ground.TENANTS);
    }

    private String text() {
        return chance.onceIn(40)
                ? "repeat('x', " + chance.between(5_000, 60_000) + ")"
                : "'" + chance.below(1_000) + "'";
    }

    private String orders() {
        return switch (chance.below(8)) {
            case 0, 1 ->
                    sql(
                            "insert into orders values (%d, '%s', 'new', %d.50, '{1,%d}', %s) on"
                                + " conflict (id) do update set state = 'again', qty = orders.qty +"
                                + " 1",
                            id(), tenant(), chance.below(100), chance.below(9), text());
            case 2 ->
                    sql(
                            "insert into orders values (%d, '%s', 'new', 1.0, null, null) on"
                                    + " conflict do nothing",
                            id(), tenant());
            case 3 -> sql("delete from orders where id = %d", id());
            case 4 -> sql("update orders set tenant_id = '%s' where id = %d", tenant(), id());
            case 5 -> sql("update orders set id = %d where id = %d", id(), id());
            case 6 -> sql("update orders set secret = '%d' where id = %d", chance.below(9), id());
            default ->
                    sql(
                            "update orders set note = %s, qty = qty * 2 where id in (%d, %d)",
                            text(), id(), id());
        };
    }

    private String stock() {
        return switch (chance.below(7)) {
            case 0, 1, 2 ->
                    sql(
                            "insert into stock values (%d, '%s', (select id from stock where id ="
                                    + " %d), %d) on conflict (id) do update set n = excluded.n",
                            id(), tenant(), id(), chance.below(300));
            case 3 -> sql("delete from stock where id = %d", id());
            case 4 ->
                    sql(
                            "update stock set tenant_id = '%s', n = %d where id = %d",
                            tenant(), chance.below(300), id());
            case 5 -> sql("update stock set id = %d where id = %d", id(), id());
            default ->
                    sql(
                            "update stock set n = %d where id in (%d, %d)",
                            chance.below(300), id(), id());
        };
    }

    private String reading() {
        var region = chance.of("north", "south");
        var into = chance.onceIn(2) ? "reading" : "reading_" + region;
        return switch (chance.below(6)) {
            case 0, 1 ->
                    sql(
                            "insert into %s (id, region, tenant_id, level) values (%d, '%s', '%s',"
                                    + " %d.%d) on conflict (id, region) do update set level ="
                                    + " excluded.level",
                            into, id(), region, tenant(), chance.below(9), chance.below(99));
            case 2 -> sql("delete from %s where id = %d", into, id());
            case 3 -> sql("update reading set region = '%s' where id = %d", region, id());
            case 4 -> sql("update %s set tenant_id = '%s' where id = %d", into, tenant(), id());
            default -> sql("update %s set level = level + 1 where id = %d", into, id());
        };
    }

    private String inbox() {
        var owner = chance.of("'ana'", "'bo'", "null");
        return switch (chance.below(5)) {
            case 0, 1 ->
                    sql(
                            "insert into inbox values (%d, '%s', %s, %s, false) on conflict (id) do"
                                    + " update set owner = excluded.owner, seen = not inbox.seen",
                            id(), tenant(), owner, text());
            case 2 -> sql("delete from inbox where id = %d", id());
            case 3 ->
                    sql(
                            "update inbox set owner = %s, tenant_id = '%s' where id = %d",
                            owner, tenant(), id());
            default -> sql("update inbox set seen = not seen where id in (%d, %d)", id(), id());
        };
    }

    private String news() {
        return sql(
                "select carillon.emit('%s', 'news', 'told', to_jsonb(%s::text))", tenant(), text());
    }

    private String traceless() {
        return chance.onceIn(2)
                ? sql("insert into scratch values (%d)", id())
                : sql("select pg_current_xact_id()");
    }

    private String bulk() {
        var count = chance.onceIn(3) ? chance.between(100, 1_500) : chance.between(10, 60);
        return switch (chance.below(7)) {
            case 0 ->
                    sql(
                            "insert into orders select n, '%s', 'bulk', n, null, null from"
                                + " generate_series(1000, %d) n on conflict (id) do update set qty"
                                + " = orders.qty + 1",
                            tenant(), 1_000 + count);
            case 1 -> sql("delete from orders where id >= 1000 and id %% 3 = %d", chance.below(3));
            case 2 -> sql("update orders set qty = qty + 1");
            case 3 -> sql("update stock set n = n + 1 where id %% 4 = %d", chance.below(4));
            case 4 -> sql("delete from stock where id %% 5 = %d", chance.below(5));
            case 5 ->
                    sql(
                            "select carillon.emit('%s', 'news', 'told', to_jsonb(n)) from"
                                    + " generate_series(1, %d) n",
                            tenant(), count);
            default ->
                    sql(
                            "update reading set region = '%s', level = 0 where id %% 3 = %d",
                            chance.of("north", "south"), chance.below(3));
        };
    }

    private static String sql(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
