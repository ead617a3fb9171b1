package io.carillon.module;

import io.carillon.database.Work;
import io.carillon.database.Writer;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.JsonMapper;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Creates, once per `Idempotency-Key`.
///
/// The key is kept per tenant and user, in the transaction of the create, so a retry after a lost
/// answer, on any node, finds either both or none. Same key and same request (method, path, body):
/// the first answer again, with `Idempotency-Replayed: true`. Same key, another request: 422
/// `idempotency_mismatch`. While the first is under way: 409 `idempotency_in_flight`, retry. What
/// was refused was rolled back and keeps no key. Without the header every request creates.
///
/// Blocks: virtual threads only. Keys are kept for `carillon.module.keys-kept`.
@Singleton
public final class Creations {
    /// Names a create, chosen by the client: 1 to 200 visible ASCII characters.
    public static final String HEADER = "Idempotency-Key";

    /// In an answer that was given before.
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,200}");

    private final Store store;
    private final JsonMapper json;

    public Creations(Store store, JsonMapper json) {
        this.store = store;
        this.json = json;
    }

    /// What is created.
    ///
    /// @param body the request's body as it was read
    /// @param type of the answer's body
    /// @param location where the created is, relative to the server
    /// @param work creates it
    public record Creation<T>(
            Object body, Class<T> type, Function<T, String> location, Work<T> work) {}

    /// A create that did not come by HTTP.
    ///
    /// @param key chosen by the client; null for a create that is not retried
    /// @param operation in whose place HTTP has method and path
    /// @param body what was asked for
    public record Retried(@Nullable String key, String operation, Object body) {}

    /// @param request with or without an `Idempotency-Key`
    /// @param who in whose name
    /// @param creation what to do
    /// @return 201 with `Location`, or what was answered before
    public <T> MutableHttpResponse<T> create(
            HttpRequest<?> request, Writer who, Creation<T> creation) {
        var key = request.getHeaders().get(HEADER);
        var operation = request.getMethodName() + ' ' + request.getPath();
        var made = made(new Retried(key, operation, creation.body()), who, creation);
        var answer = answer(made.result, creation.location().apply(made.result));
        return made.replayed ? answer.header(REPLAYED, "true") : answer;
    }

    /// @param retried what was asked for
    /// @param who in whose name
    /// @param type of what is made
    /// @param work makes it
    /// @return what was made, now or before
    public <T> T once(Retried retried, Writer who, Class<T> type, Work<T> work) {
        return made(retried, who, new Creation<>(retried.body(), type, _ -> "", work)).result;
    }

    private record Made<T>(T result, boolean replayed) {}

    private <T> Made<T> made(Retried retried, Writer who, Creation<T> creation) {
        var key = retried.key();
        if (key == null) {
            return new Made<>(store.write(who, creation.work()), false);
        }
        if (!VISIBLE.matcher(key).matches()) {
            throw Refused.bad("idempotency_key", HEADER + " is 1 to 200 visible ASCII characters");
        }
        var fingerprint = fingerprint(retried);
        return store.write(
                who,
                connection -> {
                    lock(connection, who, key);
                    var kept = kept(connection, who, key, fingerprint);
                    if (kept != null) {
                        return new Made<>(parsed(kept.answer(), creation.type()), true);
                    }
                    var made = creation.work().run(connection);
                    var location = creation.location().apply(made);
                    keep(connection, who, key, fingerprint, location, text(made));
                    return new Made<>(made, false);
                });
    }

    private static <T> MutableHttpResponse<T> answer(T made, String location) {
        return HttpResponse.created(made)
                .headers(headers -> headers.location(URI.create(location)))
                .header("Cache-Control", "private, no-store");
    }

    private record Kept(String answer) {}

    /// Not waited for: whoever retries while the first attempt runs is told so.
    private static void lock(Connection connection, Writer who, String key) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select pg_try_advisory_xact_lock(hashtextextended("
                                + "concat_ws(chr(1), 'idempotency', ?, ?, ?), 0))")) {
            statement.setString(1, who.tenant());
            statement.setString(2, who.actor());
            statement.setString(3, key);
            try (var rows = statement.executeQuery()) {
                rows.next();
                if (!rows.getBoolean(1)) {
                    throw Refused.conflict(
                            "idempotency_in_flight",
                            "a request with this " + HEADER + " is under way: try again");
                }
            }
        }
    }

    private static @Nullable Kept kept(
            Connection connection, Writer who, String key, byte[] fingerprint) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select request, answer from carillon_app.idempotency_key"
                                + " where tenant_id = ? and user_id = ? and key = ?")) {
            statement.setString(1, who.tenant());
            statement.setString(2, who.actor());
            statement.setString(3, key);
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                if (!MessageDigest.isEqual(rows.getBytes(1), fingerprint)) {
                    throw new Refused(
                            HttpStatus.UNPROCESSABLE_ENTITY,
                            "idempotency_mismatch",
                            "this " + HEADER + " was used for another request: take a new one");
                }
                return new Kept(rows.getString(2));
            }
        }
    }

    private static void keep(
            Connection connection,
            Writer who,
            String key,
            byte[] fingerprint,
            String location,
            String answer)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "insert into carillon_app.idempotency_key (tenant_id, user_id, key,"
                                + " request, status, location, answer)"
                                + " values (?, ?, ?, ?, 201, ?, ?)")) {
            statement.setString(1, who.tenant());
            statement.setString(2, who.actor());
            statement.setString(3, key);
            statement.setBytes(4, fingerprint);
            statement.setString(5, location);
            statement.setString(6, answer);
            statement.execute();
        }
    }

    private byte[] fingerprint(Retried retried) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((retried.operation() + '\n').getBytes(StandardCharsets.UTF_8));
            return digest.digest(text(retried.body()).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private <T> T parsed(String text, Class<T> type) {
        try {
            return Objects.requireNonNull(json.readValue(text, type));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
