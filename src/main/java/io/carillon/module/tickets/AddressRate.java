package io.carillon.module.tickets;

import io.carillon.api.ClientAddress;
import io.carillon.module.Refused;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// How often one network address may ask this node for what needs no token: 429 `rate` beyond
/// `carillon.tickets.pairings-per-minute`.
///
/// Counts whole minutes. At most [#MOST] addresses are kept; with more, all begin anew: the bound
/// is on memory. Behind one router all screens have one address, so the limit is no narrow one; see
/// [ClientAddress] for proxies. Does not block.
@Singleton
final class AddressRate {
    /// How many times more often a screen may ask whether it was approved.
    static final int ASKING = 40;

    private static final int MOST = 10_000;
    private static final long MINUTE = 60_000_000_000L;

    private final ClientAddress addresses;
    private final int perMinute;
    private final LongSupplier nanos;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private long minute;

    @Inject
    AddressRate(ClientAddress addresses, TicketSettings settings) {
        this(addresses, settings.pairingsPerMinute(), System::nanoTime);
    }

    AddressRate(ClientAddress addresses, int perMinute, LongSupplier nanos) {
        this.addresses = addresses;
        this.perMinute = perMinute;
        this.nanos = nanos;
        this.minute = nanos.getAsLong() / MINUTE;
    }

    /// @param request from somewhere
    /// @param what a word for what is asked
    /// @param times how many times the limit it may be
    /// @throws Refused 429
    void take(HttpRequest<?> request, String what, int times) {
        if (!take(what + " " + addresses.of(request), perMinute * times)) {
            throw new Refused(
                    HttpStatus.TOO_MANY_REQUESTS, "rate", "too often: try again in a minute");
        }
    }

    boolean take(String who, int most) {
        forget();
        return counts.merge(who, 1, Integer::sum) <= most;
    }

    private synchronized void forget() {
        var now = nanos.getAsLong() / MINUTE;
        if (now != minute || counts.size() > MOST) {
            minute = now;
            counts.clear();
        }
    }
}
