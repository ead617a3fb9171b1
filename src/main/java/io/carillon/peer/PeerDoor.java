package io.carillon.peer;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.FilterPatternStyle;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.LongAdder;

/// Stands before `/peer/…`: without a valid signature there is nothing here, whatever the path, and
/// no body is read. Safe for all threads; does not block.
@ServerFilter(patterns = "/peer/**", patternStyle = FilterPatternStyle.ANT)
final class PeerDoor {
    /// The attribute under which the controller finds the seal.
    static final String SEAL = "carillon.peer.seal";

    private final PeerKey key;
    private final LongAdder strangers = new LongAdder();

    PeerDoor(PeerKey key) {
        this.key = key;
    }

    @RequestFilter
    @Nullable HttpResponse<?> judge(HttpRequest<?> request) {
        var seal = Seal.Asked.read(request.getHeaders().get(Seal.HEADER));
        var path = request.getUri().getRawPath();
        if (seal == null || !seal.genuine(key, request.getMethodName(), path)) {
            strangers.increment();
            return HttpResponse.status(HttpStatus.UNAUTHORIZED);
        }
        if (request.getContentLength() < 0 || request.getContentLength() > Question.LONGEST) {
            return HttpResponse.status(HttpStatus.REQUEST_ENTITY_TOO_LARGE);
        }
        request.setAttribute(SEAL, seal);
        return null;
    }

    /// @return requests without a valid signature since the start
    long strangers() {
        return strangers.sum();
    }
}
