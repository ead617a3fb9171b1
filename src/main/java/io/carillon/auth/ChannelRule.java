package io.carillon.auth;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// One row of `carillon.channel_rule`. Immutable.
///
/// @param audience whom the pattern names
/// @param subscribeRoles who may subscribe; null for every member of the tenant
/// @param publishRoles who may publish; empty for nobody
/// @param members a query that must find a row, with `$1` tenant, `$2` user, `$3` key; null for no
///     check
record ChannelRule(
        Audience audience,
        @Nullable Set<String> subscribeRoles,
        Set<String> publishRoles,
        @Nullable String members) {

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
