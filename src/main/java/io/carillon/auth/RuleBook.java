package io.carillon.auth;

import io.carillon.identity.Principal;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// All channel rules at one moment, and which of them a channel falls under. Immutable.
///
/// 1. A rule whose pattern is the channel's whole name decides alone.
/// 2. Else the templates with the longest literal prefix of the channel decide, and what follows
///    the prefix is the user or key, colons and all: with `chat:{key}` and `chat:room:{key}`, the
///    channel `chat:room:7:x` falls under the second with key `7:x`. A shorter prefix is never
///    tried: a rule for a narrower kind of channel can only be stricter.
/// 3. Where `{user}`, `{role}` or `{key}` share that prefix, all must allow.
///
/// Names are compared as they stand, case and all.
final class RuleBook {
    private final Map<String, ChannelRule> named = new HashMap<>();
    private final Map<String, List<ChannelRule>> templates = new HashMap<>();

    /// @param rules all rows
    RuleBook(List<ChannelRule> rules) {
        for (var rule : rules) {
            switch (rule.audience()) {
                case ChannelRule.Audience.Named(var channel) -> named.put(channel, rule);
                case ChannelRule.Audience.OwnUser(var prefix) -> add(prefix, rule);
                case ChannelRule.Audience.OwnRole(var prefix) -> add(prefix, rule);
                case ChannelRule.Audience.Keyed(var prefix) -> add(prefix, rule);
            }
        }
    }

    private void add(String prefix, ChannelRule rule) {
        templates.computeIfAbsent(prefix, _ -> new ArrayList<>()).add(rule);
    }

    /// @param rules all must allow; empty when no rule is for the channel
    /// @param key what follows the prefix; null for a channel with a rule of its own name
    record Match(List<ChannelRule> rules, @Nullable String key) {
        private static final Match NONE = new Match(List.of(), null);
    }

    /// @return every rule
    Stream<ChannelRule> rules() {
        return Stream.concat(
                named.values().stream(), templates.values().stream().flatMap(List::stream));
    }

    /// @param channel a channel's name
    /// @return the rules that it falls under
    Match match(String channel) {
        var exact = named.get(channel);
        if (exact != null) {
            return new Match(List.of(exact), null);
        }
        for (var colon = channel.lastIndexOf(':');
                colon > 0;
                colon = channel.lastIndexOf(':', colon - 1)) {
            var rules = templates.get(channel.substring(0, colon + 1));
            if (rules != null) {
                var key = channel.substring(colon + 1);
                return key.isEmpty() ? Match.NONE : new Match(rules, key);
            }
        }
        return Match.NONE;
    }

    /// @param who asks
    /// @return the channels that the rules name for such a user, without those that have a key
    List<String> channels(Principal who) {
        var channels = new ArrayList<>(named.keySet());
        templates.forEach((prefix, rules) -> {
            for (var rule : rules) {
                switch (rule.audience()) {
                    case ChannelRule.Audience.OwnUser _ -> channels.add(prefix + who.user());
                    case ChannelRule.Audience.OwnRole _ ->
                            who.roles().forEach(role -> channels.add(prefix + role));
                    case ChannelRule.Audience.Named _, ChannelRule.Audience.Keyed _ -> {}
                }
            }
        });
        channels.sort(null);
        return channels;
    }
}
