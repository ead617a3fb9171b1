package io.carillon.transport.events;

import io.carillon.auth.Admission;
import io.carillon.auth.BearerAuthentication;
import io.carillon.auth.Refusal;
import io.carillon.auth.Tickets;
import io.carillon.connection.ErrorCode;
import io.carillon.connection.Message;
import io.carillon.connection.OpenConnections;
import io.carillon.identity.Principal;
import io.carillon.transport.Follow;
import io.carillon.transport.Problem;
import io.carillon.transport.TransportSettings;
import io.carillon.transport.polling.Polls;
import io.carillon.transport.sse.EventStreams;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.netty.channel.Channel;

import reactor.core.publisher.Mono;

/// `GET /events`: a stream for whoever accepts `text/event-stream`, else a poll.
///
/// Tokens and tickets are judged on a virtual thread; the rest happens on the event loop of the
/// request's channel, which is the lane.
@Controller("/events")
@Secured(SecurityRule.IS_ANONYMOUS)
final class EventsController {
    private final TransportSettings settings;
    private final OpenConnections connections;
    private final Tickets tickets;
    private final EventStreams streams;
    private final Polls polls;

    EventsController(
            TransportSettings settings,
            OpenConnections connections,
            Tickets tickets,
            EventStreams streams,
            Polls polls) {
        this.settings = settings;
        this.connections = connections;
        this.tickets = tickets;
        this.streams = streams;
        this.polls = polls;
    }

    @Get(produces = {MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM})
    @ExecuteOn(TaskExecutors.BLOCKING)
    Mono<HttpResponse<?>> events(HttpRequest<?> request) {
        if (!connections.welcome() && (wantsStream(request) || !connections.draining())) {
            return Mono.just(Problem.answer(unavailable()));
        }
        return switch (EventsQuery.read(request, settings.maxWait())) {
            case EventsQuery.Bad(var refusal) -> Mono.just(Problem.answer(refusal));
            case EventsQuery.Good good -> follow(request, good);
        };
    }

    private Mono<HttpResponse<?>> follow(HttpRequest<?> request, EventsQuery.Good query) {
        return switch (admission(request)) {
            case Admission.Refused(var code, var message) -> Mono.just(refused(code, message));
            case Admission.Valid(var principal) -> follow(request, query, principal);
        };
    }

    private Mono<HttpResponse<?>> follow(
            HttpRequest<?> request, EventsQuery.Good query, Principal principal) {
        var follow =
                new Follow(
                        principal,
                        query.channels(),
                        query.cursor(),
                        query.presence(),
                        query.waitMillis(),
                        channel(request));
        return wantsStream(request) ? streams.open(follow) : polls.answer(follow);
    }

    private static boolean wantsStream(HttpRequest<?> request) {
        var accept = request.getHeaders().get(HttpHeaders.ACCEPT);
        return accept != null && accept.contains(MediaType.TEXT_EVENT_STREAM);
    }

    private Admission admission(HttpRequest<?> request) {
        var brought = BearerAuthentication.admission(request);
        if (brought != null) {
            return brought;
        }
        var ticket = request.getParameters().get("ticket");
        return ticket == null
                ? new Admission.Refused(
                        Refusal.TOKEN_MISSING,
                        "send a token (Authorization: Bearer) or a stream ticket (?ticket=)")
                : tickets.redeem(ticket, Tickets.Kind.STREAM);
    }

    private static HttpResponse<?> refused(Refusal code, String message) {
        return Problem.answer(
                code.retry() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.UNAUTHORIZED,
                code.code(),
                message);
    }

    private static Message.Refused unavailable() {
        return new Message.Refused(
                null, ErrorCode.UNAVAILABLE, "this node takes no connections now: try again");
    }

    /// Filters may have wrapped the server's request.
    private static Channel channel(HttpRequest<?> request) {
        var inner = request;
        while (inner instanceof HttpRequestWrapper<?> wrapper) {
            inner = wrapper.getDelegate();
        }
        return ((NettyHttpRequest<?>) inner).getChannelHandlerContext().channel();
    }
}
