package io.carillon.oracle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The watched tables and the channel without a table: how each is made, read, and told.
enum Table {
    /// An ordinary table with what travels in special ways.
    ORDERS(
            "orders",
            List.of("id"),
            """
            create table orders (id bigint primary key, tenant_id text not null, state text, qty numeric,
              tags bigint[], note text, secret text);
            select carillon.watch('orders', 'orders', exclude => '{secret}');
            """,
            "select id::text, tenant_id, state, qty::text, tags::text[], note from orders where"
                    + " tenant_id = ?"),

    /// Its own row triggers write it, delete from it and give its rows to another tenant; deletes
    /// cascade.
    STOCK(
            "stock",
            List.of("id"),
            """
            create table stock (id int primary key, tenant_id text not null,
              parent int references stock on delete cascade, n int not null, touched int not null default 0);
            create function stock_echo() returns trigger language plpgsql as $$
            begin
              if tg_op = 'UPDATE' then
                if new.n = old.n then return null; end if;
              end if;
              if new.n % 5 = 0 then
                update stock set touched = touched + 1 where id = new.id or parent = new.id;
              end if;
              if new.n % 7 = 3 then
                insert into stock (id, tenant_id, n) values (new.id + 100, new.tenant_id, 1)
                  on conflict (id) do update set touched = stock.touched + 1;
              end if;
              if new.n % 11 = 4 then
                update stock set tenant_id = case tenant_id when 'alfa' then 'kilo' else 'alfa' end where id = new.id;
              end if;
              if new.n % 13 = 6 then
                delete from stock where id = new.id;
              end if;
              return null;
            end $$;
            create trigger stock_echo after insert or update on stock for each row execute function stock_echo();
            select carillon.watch('stock', 'stock');
            """,
            "select id, tenant_id, parent, n, touched from stock where tenant_id = ?"),

    /// Partitioned; one partition has its columns in another order.
    READING(
            "reading",
            List.of("id", "region"),
            """
            create table reading (id int not null, region text not null, tenant_id text not null, level numeric,
              primary key (id, region)) partition by list (region);
            create table reading_north partition of reading for values in ('north');
            create table reading_south (level numeric, gone int, tenant_id text not null, region text not null,
              id int not null, primary key (id, region));
            alter table reading_south drop column gone;
            alter table reading attach partition reading_south for values in ('south');
            select carillon.watch('reading', 'reading');
            """,
            "select id, region, tenant_id, level::text from reading where tenant_id = ?"),

    /// Each row is for one user.
    INBOX(
            "inbox",
            List.of("id"),
            """
            create table inbox (id int primary key, tenant_id text not null, owner text, body text, seen boolean);
            select carillon.watch('inbox', 'inbox', user_column => 'owner');
            """,
            "select id, tenant_id, owner, body, seen from inbox where tenant_id = ? and owner = ?"),

    /// Emitted events without rows.
    NEWS("news", List.of(), "", "");

    final String channel;
    final List<String> key;
    final String make;
    final String read;

    Table(String channel, List<String> key, String make, String read) {
        this.channel = channel;
        this.key = key;
        this.make = make;
        this.read = read;
    }

    /// @return the channel that a user follows
    String channelOf(String user) {
        return this == INBOX ? "inbox:" + user : channel;
    }

    /// @param followed a channel as it is followed
    static Table of(String followed) {
        var base = followed.startsWith("inbox:") ? "inbox" : followed;
        for (var table : values()) {
            if (table.channel.equals(base)) {
                return table;
            }
        }
        throw new IllegalArgumentException(followed);
    }

    /// Whether a row is created before it is changed and is there before it is deleted: not where
    /// nested statements are told first.
    boolean strict() {
        return this != STOCK;
    }

    String keyOf(Map<String, Object> row) {
        var members = new LinkedHashMap<String, Object>();
        key.forEach(column -> members.put(column, row.get(column)));
        return Json.key(members);
    }
}
