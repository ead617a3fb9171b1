package io.carillon.presence;

import io.carillon.channel.ChannelKey;
import io.carillon.database.Database;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Reads who is present in many channels at once. Blocks; stateless.
final class RosterRows {
    private static final String NAMED =
            """
            select k.number, m.user_id, m.name, m.state
              from unnest(?::text[], ?::text[]) with ordinality as k (tenant, channel, number)
             cross join lateral (
               select p.user_id, max(p.name) as name,
                      case when bool_or(p.state = 'busy') then 'busy'
                           when bool_or(p.state = 'online') then 'online' else 'away' end as state
                 from carillon.presence p
                where p.tenant = k.tenant and p.channel = k.channel
                group by p.user_id order by p.user_id limit ?) m
             order by k.number, m.user_id
            """;

    private static final String COUNTED =
            """
            select k.number,
                   (select count(*) from (
                      select distinct p.user_id from carillon.presence p
                       where p.tenant = k.tenant and p.channel = k.channel) d)
              from unnest(?::text[], ?::text[]) with ordinality as k (tenant, channel, number)
            """;

    private final Database database;
    private final int names;

    RosterRows(Database database, int names) {
        this.database = database;
        this.names = names;
    }

    /// What was read in one snapshot.
    ///
    /// @param readings in the order of the keys
    /// @param life of the unlogged tables, or null when nobody has begun one since they were lost
    record Found(List<Roster.Reading> readings, @Nullable String life) {}

    /// @param keys of channels
    /// @return what the table says of each, in the same order
    Found read(List<ChannelKey> keys) {
        return database.read(connection -> new Found(read(connection, keys), life(connection)));
    }

    private static @Nullable String life(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select life from carillon.registry_life")) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private List<Roster.Reading> read(Connection connection, List<ChannelKey> keys)
            throws SQLException {
        var named = new ArrayList<List<Member>>();
        keys.forEach(key -> named.add(new ArrayList<>()));
        try (var statement = connection.prepareStatement(NAMED)) {
            bind(connection, statement, keys);
            statement.setInt(3, names + 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var state = State.of(rows.getString(4));
                    named.get(rows.getInt(1) - 1)
                            .add(
                                    new Member(
                                            rows.getString(2),
                                            rows.getString(3),
                                            state == null ? State.ONLINE : state));
                }
            }
        }
        return counted(connection, keys, named);
    }

    private List<Roster.Reading> counted(
            Connection connection, List<ChannelKey> keys, List<List<Member>> named)
            throws SQLException {
        var found = new ArrayList<Roster.@Nullable Reading>();
        var large = new ArrayList<Integer>();
        for (var number = 0; number < keys.size(); number++) {
            var members = named.get(number);
            if (members.size() > names) {
                large.add(number);
            }
            found.add(new Roster.Reading(members, members.size()));
        }
        if (!large.isEmpty()) {
            try (var statement = connection.prepareStatement(COUNTED)) {
                bind(connection, statement, large.stream().map(keys::get).toList());
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.set(
                                large.get(rows.getInt(1) - 1),
                                new Roster.Reading(null, rows.getInt(2)));
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static void bind(
            Connection connection, java.sql.PreparedStatement statement, List<ChannelKey> keys)
            throws SQLException {
        statement.setArray(
                1,
                connection.createArrayOf("text", keys.stream().map(ChannelKey::tenant).toArray()));
        statement.setArray(
                2,
                connection.createArrayOf("text", keys.stream().map(ChannelKey::channel).toArray()));
    }
}
