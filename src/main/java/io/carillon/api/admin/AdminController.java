package io.carillon.api.admin;

import io.carillon.api.Problem;
import io.carillon.auth.Scope;
import io.carillon.channel.ChannelKey;
import io.carillon.channel.Event;
import io.carillon.connection.Standing;
import io.carillon.identity.NodeId;
import io.carillon.identity.Principal;
import io.carillon.sight.Census;
import io.carillon.sight.Rollcall;
import io.carillon.sight.Way;
import io.carillon.sight.Ways;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.SerdeImport;
import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// Who is connected to this node, what they follow, and what became of an event. See
/// `src/docs/admin.md`.
@Controller("/api/admin")
@ExecuteOn(TaskExecutors.BLOCKING)
@SerdeImport(Standing.class)
@SerdeImport(Rollcall.Page.class)
@SerdeImport(Way.class)
@SerdeImport(Way.Logged.class)
@SerdeImport(Way.Seen.class)
@SerdeImport(Way.OnLane.class)
@SerdeImport(Way.At.class)
final class AdminController {
    private static final int CHANNELS = 1_000;

    private final Rollcall rollcall;
    private final Census census;
    private final Ways ways;
    private final NodeId node;

    AdminController(Rollcall rollcall, Census census, Ways ways, NodeId node) {
        this.rollcall = rollcall;
        this.census = census;
        this.ways = ways;
        this.node = node;
    }

    /// @param node whose they are
    /// @param connections in the order of their ids
    /// @param next to be sent as `after` for the next page, or null when this is the last
    @Serdeable
    record Connections(String node, List<Standing> connections, @Nullable String next) {}

    /// @param node on which
    /// @param asOf when they were counted
    /// @param channels in the order of tenant and name
    /// @param total how many there are
    @Serdeable
    record Channels(String node, Instant asOf, List<Followed> channels, int total) {}

    /// @param tenant whose
    /// @param channel its name
    /// @param subscribers connections of this node that follow it
    /// @param eventsPerSecond over the last census
    /// @param deliveriesPerSecond frames handed to connections
    @Serdeable
    record Followed(
            String tenant,
            String channel,
            int subscribers,
            double eventsPerSecond,
            double deliveriesPerSecond) {}

    @Get("/connections")
    HttpResponse<?> connections(
            Scope scope,
            @QueryValue @Nullable String tenant,
            @QueryValue @Nullable String user,
            @QueryValue @Nullable String channel,
            @QueryValue(defaultValue = "") String after,
            @QueryValue(defaultValue = "100") int limit)
            throws InterruptedException {
        if (tenant != null && !scope.includes(tenant)) {
            return outside();
        }
        var whose = scope instanceof Scope.OneTenant(var own) ? own : tenant;
        var page = rollcall.page(new Rollcall.Wanted(whose, user, channel), after, limit);
        return HttpResponse.ok(new Connections(node.value(), page.connections(), page.next()));
    }

    @Get("/channels")
    HttpResponse<?> channels(
            Scope scope,
            @QueryValue @Nullable String tenant,
            @QueryValue(defaultValue = "") String prefix,
            @QueryValue(defaultValue = "0") int offset,
            @QueryValue(defaultValue = "100") int limit) {
        if (tenant != null && !scope.includes(tenant)) {
            return outside();
        }
        var population = census.last();
        var all =
                population.channels().entrySet().stream()
                        .filter(entry -> scope.includes(entry.getKey().tenant()))
                        .filter(entry -> tenant == null || tenant.equals(entry.getKey().tenant()))
                        .filter(entry -> entry.getKey().channel().startsWith(prefix))
                        .map(entry ->
                                new Followed(
                                        entry.getKey().tenant(),
                                        entry.getKey().channel(),
                                        entry.getValue().subscribers(),
                                        entry.getValue().events(),
                                        entry.getValue().deliveries()))
                        .sorted(
                                Comparator.comparing(Followed::tenant)
                                        .thenComparing(Followed::channel))
                        .toList();
        var first = Math.clamp(offset, 0, all.size());
        var last = Math.min(all.size(), first + Math.clamp(limit, 1, CHANNELS));
        return HttpResponse.ok(
                new Channels(node.value(), population.at(), all.subList(first, last), all.size()));
    }

    @Get("/events/{id}")
    HttpResponse<?> event(
            Scope scope,
            Principal principal,
            long id,
            @QueryValue @Nullable String tenant,
            @QueryValue @Nullable String channel)
            throws InterruptedException {
        var whose = tenant == null ? principal.tenant() : tenant;
        var key = channel == null ? null : new ChannelKey(whose, channel);
        var way = ways.of(id, key);
        // Another tenant's event is told from one that does not exist by nobody.
        return way == null || !visible(scope, way.event().tenant())
                ? Problem.answer(
                        HttpStatus.NOT_FOUND,
                        "event_unknown",
                        "not among the recent events of this node: with channel= (and tenant=) it"
                                + " is looked for in the log")
                : HttpResponse.ok(way);
    }

    private static boolean visible(Scope scope, String tenant) {
        return tenant.equals(Event.ALL_TENANTS)
                ? scope instanceof Scope.AllTenants
                : scope.includes(tenant);
    }

    private static HttpResponse<?> outside() {
        return Problem.answer(
                HttpStatus.FORBIDDEN, "forbidden", "an administrator sees its own tenant only");
    }
}
