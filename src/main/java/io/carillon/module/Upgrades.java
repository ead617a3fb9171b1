package io.carillon.module;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.http.server.netty.NettyHttpRequest;

import org.reactivestreams.Publisher;

import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Brings the upgrade of a module's `@ServerWebSocket` back to the connection's event loop.
///
/// Tokens are looked at on virtual threads, and Micronaut would finish the upgrade on one: it tells
/// the client "101" and changes the pipeline afterwards, and what a quick client sends in between
/// is lost (micronaut-core pull request 12528, not in the version that is used here). On the loop
/// nothing is read in between. Does not block.
@Filter({"/api/studio/probe", "/ws/**"})
final class Upgrades implements HttpServerFilter {
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Publisher<MutableHttpResponse<?>> doFilter(
            HttpRequest<?> request, ServerFilterChain chain) {
        // Other filters may have wrapped the server's request.
        var inner = request;
        while (inner instanceof HttpRequestWrapper<?> wrapper) {
            inner = wrapper.getDelegate();
        }
        return inner instanceof NettyHttpRequest<?> ours
                ? Flux.from(chain.proceed(request))
                        .publishOn(
                                Schedulers.fromExecutor(ours.getChannelHandlerContext().executor()))
                : Flux.from(chain.proceed(request));
    }
}
