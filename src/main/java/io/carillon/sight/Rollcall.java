package io.carillon.sight;

import io.carillon.connection.Connection;
import io.carillon.connection.Standing;
import io.carillon.hub.Hub;
import io.carillon.hub.Lane;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the lanes who is connected, a page at a time.
///
/// Each lane looks through its connections on its own loop, 20 µs for a thousand, and keeps no more
/// than a page. Blocks; a lane that does not answer within [#PATIENCE_SECONDS] fails the question.
@Singleton
public final class Rollcall {
    /// Connections on a page at most.
    public static final int MOST = 1_000;

    private static final int PATIENCE_SECONDS = 5;

    private final Hub hub;

    public Rollcall(Hub hub) {
        this.hub = hub;
    }

    /// Who is wanted; null is anybody.
    ///
    /// @param tenant theirs
    /// @param user their id
    /// @param channel that they follow
    public record Wanted(@Nullable String tenant, @Nullable String user, @Nullable String channel) {
        boolean covers(Standing standing) {
            return (tenant == null || tenant.equals(standing.tenant()))
                    && (user == null || user.equals(standing.user()))
                    && (channel == null || standing.channels().contains(channel));
        }
    }

    /// @param connections in the order of their ids
    /// @param next where the next page begins, or null when this is the last
    public record Page(List<Standing> connections, @Nullable String next) {}

    /// @param wanted who
    /// @param after the id before the page; empty for the first
    /// @param limit connections on the page, at most [#MOST]
    /// @return the page
    public Page page(Wanted wanted, String after, int limit) throws InterruptedException {
        var size = Math.clamp(limit, 1, MOST);
        var found = new ArrayList<Standing>();
        for (var lane : hub.started() ? hub.lanes() : List.<Lane>of()) {
            found.addAll(ask(lane, () -> first(lane, wanted, after, size + 1)));
        }
        found.sort(Comparator.comparing(Standing::id));
        return found.size() <= size
                ? new Page(found, null)
                : new Page(List.copyOf(found.subList(0, size)), found.get(size - 1).id());
    }

    private static List<Standing> first(Lane lane, Wanted wanted, String after, int size) {
        var first = new TreeMap<String, Standing>();
        for (var subscriber : lane.subscribers()) {
            if (subscriber instanceof Connection connection
                    && connection.id().compareTo(after) > 0) {
                var standing = connection.standing();
                if (wanted.covers(standing)) {
                    first.put(standing.id(), standing);
                    if (first.size() > size) {
                        first.pollLastEntry();
                    }
                }
            }
        }
        return List.copyOf(first.values());
    }

    /// What is asked of a lane on its loop.
    interface Question<T> {
        T answer() throws Exception;
    }

    static <T> T ask(Lane lane, Question<T> question) throws InterruptedException {
        try {
            return lane.loop().submit(question::answer).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException silent) {
            throw new IllegalStateException("a lane did not answer", silent);
        }
    }
}
