package io.carillon.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;

import io.carillon.auth.RightsChange;
import io.carillon.channel.Event;
import io.carillon.database.Database;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes orders of events and of rows. Events need nothing; rows are read in one transaction, which
/// blocks.
@Singleton
final class OrderReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PAGE = 1_000;
    private static final String IN_FORCE =
            "select id, kind, tenant, user_id, connection, token_id, issued_before, expires_at from"
                    + " carillon.control_order where expires_at > clock_timestamp() order by id";

    private final Database database;

    OrderReader(Database database) {
        this.database = database;
    }

    /// @param event of the channel `carillon.control`
    /// @return the order, or null when the event is none that this version knows
    @Nullable Order order(Event event) {
        var data = event.data();
        if (data == null) {
            return null;
        }
        try {
            var members = members(data);
            return switch (event.type()) {
                case "carillon.disconnect" ->
                        new Order.Disconnect(
                                Long.parseLong(members.getOrDefault("order", "0")),
                                new Order.Target(
                                        event.tenant(),
                                        members.get("user"),
                                        members.get("connection")));
                case "carillon.revoke" ->
                        revocation(
                                event.tenant(),
                                members.get("user"),
                                members.get("token"),
                                instant(members.get("issuedBefore")),
                                instant(members.get("expiresAt")));
                case "carillon.members" ->
                        new Order.Recheck(
                                new RightsChange.Members(
                                        event.tenant(), members.getOrDefault("table", "")));
                case "carillon.rule" ->
                        new Order.Recheck(
                                new RightsChange.Rule(members.getOrDefault("pattern", "")));
                case "carillon.limit" -> new Order.NewLimits();
                default -> null;
            };
        } catch (IOException | DateTimeException | NumberFormatException unreadable) {
            return null;
        }
    }

    private static @Nullable Order revocation(
            String tenant,
            @Nullable String user,
            @Nullable String token,
            @Nullable Instant issuedBefore,
            @Nullable Instant until) {
        if (until == null) {
            return null;
        }
        if (token != null) {
            return new Order.RevokeToken(tenant, token, until);
        }
        return user == null || issuedBefore == null
                ? null
                : new Order.RevokeUser(tenant, user, issuedBefore, until);
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : OffsetDateTime.parse(text).toInstant();
    }

    /// @return the members of a flat object as text; those that are null are left out
    private static Map<String, String> members(String data) throws IOException {
        var members = new HashMap<String, String>();
        try (var json = JSON.createParser(data)) {
            for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    members.put(json.currentName(), json.getText());
                }
            }
        }
        return members;
    }

    /// @return every order in force; throws when Postgres is away
    List<Order> inForce() {
        return database.read(OrderReader::inForce);
    }

    private static List<Order> inForce(Connection connection) throws SQLException {
        var orders = new ArrayList<Order>();
        try (var statement = connection.prepareStatement(IN_FORCE)) {
            statement.setFetchSize(PAGE);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var order = order(rows);
                    if (order != null) {
                        orders.add(order);
                    }
                }
            }
        }
        return orders;
    }

    private static @Nullable Order order(ResultSet row) throws SQLException {
        var tenant = row.getString("tenant");
        var user = row.getString("user_id");
        if (row.getString("kind").equals("disconnect")) {
            return new Order.Disconnect(
                    row.getLong("id"), new Order.Target(tenant, user, row.getString("connection")));
        }
        return revocation(
                tenant,
                user,
                row.getString("token_id"),
                at(row, "issued_before"),
                at(row, "expires_at"));
    }

    private static @Nullable Instant at(ResultSet row, String column) throws SQLException {
        var at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
