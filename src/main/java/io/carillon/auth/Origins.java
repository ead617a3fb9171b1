package io.carillon.auth;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Which pages may talk to us: asked at WebSocket upgrades, polls, event streams and REST.
///
/// A page may when it is our own (its origin's host and port are the request's `Host`), when its
/// origin is listed in `carillon.auth.origins`, or when that list is `*` (development only). A
/// request without `Origin` comes from no page of another site: browsers send it with every upgrade
/// and every cross-origin request. The origin `null` (sandboxed frames, files) is nobody's.
///
/// A proxy in front must pass `Host` on as the browser sent it, or our own page's origin must be
/// listed too. This is a fence around pages, not the wall around tenants: the token is that. Never
/// blocks; immutable.
@Context
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class Origins {
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "([a-z][a-z0-9+.-]*)://([^/?#@:\\s]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");

    private final boolean all;
    private final Set<String> listed = new HashSet<>();

    public Origins(AuthSettings settings) {
        all = settings.origins().contains("*");
        for (var origin : settings.origins()) {
            if (!origin.equals("*")) {
                listed.add(exact(origin));
            }
        }
    }

    /// @param origin the `Origin` header, or null when there was none (not a browser, or a
    ///     same-origin GET)
    /// @param host the `Host` header, or null
    /// @return whether the page is ours, or on the list
    public boolean allowed(@Nullable String origin, @Nullable String host) {
        if (origin == null || all) {
            return true;
        }
        var page = plain(origin);
        return page != null
                && (listed.contains(page) || (host != null && page.equals(own(page, host))));
    }

    /// The origin that a page at this `Host` would have, with the scheme of the page that asks:
    /// behind a proxy that ends TLS we do not know our own.
    private static @Nullable String own(String page, String host) {
        return plain(page.substring(0, page.indexOf("://")) + "://" + host);
    }

    private static String exact(String origin) {
        var plain = origin.contains("*") ? null : plain(origin);
        if (plain == null) {
            throw new ConfigurationException(
                    "carillon.auth.origins has '"
                            + origin
                            + "': list exact origins, scheme and host and perhaps port, without a"
                            + " path, such as https://app.example.com");
        }
        return plain;
    }

    /// @return lower case, without the scheme's own port; null for what is no origin
    private static @Nullable String plain(String origin) {
        var match = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            return null;
        }
        var port = match.group(3);
        var usual =
                port == null
                        || (port.equals("443") && match.group(1).equals("https"))
                        || (port.equals("80") && match.group(1).equals("http"));
        return match.group(1) + "://" + match.group(2) + (usual ? "" : ":" + port);
    }
}
