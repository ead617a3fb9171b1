package io.carillon.auth;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// One row of `carillon.channel_rule`. Immutable.
///
/// @param pattern as in the table
/// @param audience whom the pattern names
/// @param subscribeRoles who may subscribe; null for every member of the tenant
/// @param publishRoles who may publish; empty for nobody
/// @param members a query that must find a row, with `$1` tenant, `$2` user, `$3` key; null for no
///     check
/// @param presence whether subscribers may see who else is there
/// @param memberTables plain names (`carillon.plain_name`) of the tables that the query reads
/// @param conflateMillis the window in which only the latest event per key is sent; null for none
/// @param conflateKey where that key is in an event's data; null for the row's key, or the type
record ChannelRule(
        String pattern,
        Audience audience,
        @Nullable Set<String> subscribeRoles,
        Set<String> publishRoles,
        @Nullable String members,
        Set<String> memberTables,
        @Nullable Integer conflateMillis,
        @Nullable String conflateKey,
        boolean presence) {

    private static final String USER = ":{user}";
    private static final String ROLE = ":{role}";
    private static final String KEY = ":{key}";

    /// What a pattern says about the channels that it is for.
    sealed interface Audience {
        /// `name`: the one channel of that name.
        record Named(String channel) implements Audience {}

        /// `name:{user}`: each user's own; the prefix ends with the colon.
        record OwnUser(String prefix) implements Audience {}

        /// `name:{role}`: for everybody in the role; the prefix ends with the colon.
        record OwnRole(String prefix) implements Audience {}

        /// `name:{key}`: one per key; the prefix ends with the colon.
        record Keyed(String prefix) implements Audience {}

        /// @param pattern as in the table
        /// @return what it means, or null when it has braces where none may be
        static @Nullable Audience of(String pattern) {
            var audience =
                    pattern.endsWith(USER)
                            ? new OwnUser(cut(pattern, USER))
                            : pattern.endsWith(ROLE)
                                    ? new OwnRole(cut(pattern, ROLE))
                                    : pattern.endsWith(KEY)
                                            ? new Keyed(cut(pattern, KEY))
                                            : new Named(pattern);
            var literal =
                    switch (audience) {
                        case Named named -> named.channel;
                        case OwnUser own -> own.prefix;
                        case OwnRole role -> role.prefix;
                        case Keyed keyed -> keyed.prefix;
                    };
            var empty = literal.isEmpty() || literal.equals(":");
            return empty || literal.contains("{") || literal.contains("}") ? null : audience;
        }

        private static String cut(String pattern, String ending) {
            return pattern.substring(0, pattern.length() - ending.length() + 1);
        }
    }
}
