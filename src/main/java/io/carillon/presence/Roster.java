package io.carillon.presence;

import io.carillon.channel.ChannelKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// One followed channel: who is present as this node last read it, and who is told.
///
/// Followers come and go on any thread; everything else is the rosters' thread's. Guarded by
/// itself.
final class Roster {
    final ChannelKey key;
    private final int names;
    private final Set<MemberVisit> followers = new LinkedHashSet<>();
    private final Set<MemberVisit> newcomers = new LinkedHashSet<>();
    private @Nullable Map<String, Member> members;
    private int count;
    private String tag = "";
    private boolean loaded;
    private boolean stale = true;
    private long readAt;
    private int telling;

    /// What the table says of a channel.
    ///
    /// @param members null when there are too many to name
    /// @param count how many
    record Reading(@Nullable List<Member> members, int count) {}

    /// Who is to be told what.
    record Telling(List<MemberVisit> whom, Update update) {}

    Roster(ChannelKey key, int names) {
        this.key = key;
        this.names = names;
    }

    synchronized void follow(MemberVisit visit) {
        if (!followers.contains(visit)) {
            newcomers.add(visit);
        }
    }

    /// The visit has missed something: it is told everything.
    synchronized void again(MemberVisit visit) {
        if (followers.remove(visit)) {
            newcomers.add(visit);
        }
    }

    /// @return whether nobody is left
    synchronized boolean leave(MemberVisit visit) {
        followers.remove(visit);
        newcomers.remove(visit);
        return followers.isEmpty() && newcomers.isEmpty();
    }

    synchronized void outdated() {
        stale = true;
    }

    /// Everybody is to be told everything.
    synchronized void restart() {
        stale = true;
        newcomers.addAll(followers);
        followers.clear();
    }

    synchronized boolean old(long nanos, long ageNanos) {
        return nanos - readAt > ageNanos;
    }

    /// @return whether there is something to read or to tell
    synchronized boolean waits() {
        return stale || !newcomers.isEmpty();
    }

    /// @return whether the last update has been told, so that the next may be
    synchronized boolean told() {
        return telling == 0;
    }

    synchronized void telling(int lanes) {
        telling += lanes;
    }

    synchronized boolean toldOne() {
        return --telling == 0;
    }

    /// @return whether the table is to be read now
    synchronized boolean unread(long nanos, long countNanos) {
        return !loaded || stale && (members != null || nanos - readAt >= countNanos);
    }

    synchronized void reading(long nanos) {
        stale = false;
        readAt = nanos;
    }

    /// Takes what was read.
    ///
    /// @return what is to be told to those who know what was read before
    synchronized @Nullable Telling take(Reading found) {
        var before = members;
        var countBefore = count;
        var wasLoaded = loaded;
        var known = before == null ? Math.max(1, names * 4 / 5) : names;
        var named = found.members;
        if (named != null && (!wasLoaded || named.size() <= known)) {
            members = new TreeMap<>();
            for (var member : named) {
                members.put(member.user(), member);
            }
        } else {
            members = null;
        }
        count = found.count;
        loaded = true;
        tag = tagOf();
        if (followers.isEmpty()) {
            return null;
        }
        var now = members;
        if (now == null) {
            return before == null && count == countBefore ? null : tell(everything());
        }
        if (before == null) {
            return tell(everything());
        }
        var changes = difference(before, now);
        return changes.isEmpty()
                ? null
                : tell(new Update.Changed(key.channel(), count, changes, tag));
    }

    private Telling tell(Update update) {
        return new Telling(List.copyOf(followers), update);
    }

    /// @return what is to be told to those who are new
    synchronized @Nullable Telling welcome() {
        if (!loaded || newcomers.isEmpty()) {
            return null;
        }
        var told = new Telling(List.copyOf(newcomers), everything());
        followers.addAll(newcomers);
        newcomers.clear();
        return told;
    }

    private Update everything() {
        var named = members;
        return named == null
                ? new Update.Count(key.channel(), count, tag)
                : new Update.Everybody(key.channel(), List.copyOf(named.values()), tag);
    }

    static List<Change> difference(Map<String, Member> before, Map<String, Member> now) {
        var changes = new ArrayList<Change>();
        var left = new HashMap<>(before);
        for (var member : now.values()) {
            var was = left.remove(member.user());
            if (was == null) {
                changes.add(new Change(Change.Kind.JOIN, member));
            } else if (!was.equals(member)) {
                changes.add(new Change(Change.Kind.STATE, member));
            }
        }
        left.values().forEach(member -> changes.add(new Change(Change.Kind.LEAVE, member)));
        return changes;
    }

    private String tagOf() {
        var named = members;
        return tag(named == null ? null : named.values(), count);
    }

    /// @return the same for the same members on every node
    static String tag(@Nullable Iterable<Member> members, int count) {
        var hash = 0xcbf29ce484222325L ^ count;
        if (members != null) {
            for (var member : members) {
                var text = member.user() + '\0' + member.name() + '\0' + member.state().word();
                for (var index = 0; index < text.length(); index++) {
                    hash = (hash ^ text.charAt(index)) * 0x100000001b3L;
                }
            }
        }
        return Long.toHexString(hash);
    }
}
