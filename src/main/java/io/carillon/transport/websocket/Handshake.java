package io.carillon.transport.websocket;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/// Reads an upgrade request (RFC 6455, section 4.2) and what the client brought with it.
///
/// No extension and no subprotocol is ever agreed on, so permessage-deflate is off.
public sealed interface Handshake {

    Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{21}[AQgw]==");

    /// @param accept the value of `Sec-WebSocket-Accept`
    /// @param credential what the client brought, or null: then its first command must be connect
    record Acceptable(String accept, @Nullable Credential credential) implements Handshake {}

    /// @param status an HTTP status
    /// @param code for programs
    /// @param detail what to do, for people
    record Unacceptable(int status, String code, String detail) implements Handshake {}

    /// @param text a ticket or a token; never to be logged
    /// @param kind which of the two
    record Credential(String text, Kind kind) {
        enum Kind {
            TICKET,
            TOKEN
        }

        @Override
        public String toString() {
            return kind.toString();
        }
    }

    /// @param request the upgrade request
    /// @return whether it is one
    static Handshake read(HttpRequest request) {
        var headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            return new Unacceptable(
                    426, "upgrade_required", "this address takes WebSocket upgrades only");
        }
        if (!"13".equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return new Unacceptable(
                    426, "websocket_version", "use WebSocket version 13 (RFC 6455)");
        }
        var key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (key == null || !KEY.matcher(key).matches()) {
            return new Unacceptable(
                    400, "websocket_key", "Sec-WebSocket-Key must be 16 bytes in base64");
        }
        return new Acceptable(accept(key), credential(request));
    }

    private static @Nullable Credential credential(HttpRequest request) {
        var header = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return new Credential(header.substring(7).strip(), Credential.Kind.TOKEN);
        }
        if (request.uri().indexOf('?') < 0) {
            return null;
        }
        var ticket = new QueryStringDecoder(request.uri()).parameters().get("ticket");
        return ticket == null ? null : new Credential(ticket.getFirst(), Credential.Kind.TICKET);
    }

    private static String accept(String key) {
        try {
            var magic = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            var digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(magic.getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
