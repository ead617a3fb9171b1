package io.carillon.database;

import io.micronaut.context.exceptions.ConfigurationException;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Where a Postgres is: read from `postgresql://…`, `postgres://…` or `jdbc:postgresql://…`, spoken
/// to by pgjdbc.
///
/// libpq's words are understood where pgjdbc has others (`connect_timeout`, `target_session_attrs`,
/// …). Immutable.
///
/// @param hosts `host:port`, several with commas
/// @param database its name
/// @param options pgjdbc's connection options, without user and password
/// @param login user and password as far as the address carried them
record DatabaseAddress(
        String hosts, String database, Map<String, String> options, @Nullable Login login) {
    /// The longest time that one try to connect may take, in seconds.
    static final int CONNECT_SECONDS = 10;

    private static final Map<String, String> PGJDBC_WORDS =
            Map.of(
                    "connect_timeout", "connectTimeout",
                    "application_name", "ApplicationName",
                    "target_session_attrs", "targetServerType",
                    "load_balance_hosts", "loadBalanceHosts",
                    "channel_binding", "channelBinding",
                    "keepalives", "tcpKeepAlive",
                    "gssencmode", "gssEncMode",
                    "passfile", "passfile");

    /// @param text what `carillon.database.url` says
    /// @return where that is
    static DatabaseAddress parse(String text) {
        var rest = text.strip();
        rest = rest.startsWith("jdbc:") ? rest.substring(5) : rest;
        var scheme = rest.indexOf("://");
        if (scheme < 0
                || !rest.substring(0, scheme).toLowerCase(Locale.ROOT).matches("postgres(ql)?")) {
            throw refused("it must begin with postgresql://");
        }
        rest = rest.substring(scheme + 3);
        var question = rest.indexOf('?');
        var options =
                question < 0
                        ? new TreeMap<String, String>()
                        : options(rest.substring(question + 1));
        rest = question < 0 ? rest : rest.substring(0, question);
        var slash = rest.indexOf('/');
        if (slash < 0 || slash == rest.length() - 1) {
            throw refused("it names no database after the host");
        }
        var authority = rest.substring(0, slash);
        var at = authority.lastIndexOf('@');
        var hosts = authority.substring(at + 1);
        if (hosts.isBlank() || options.containsKey("host")) {
            throw refused(
                    "it names no host (a Unix socket cannot be used: Java speaks TCP to Postgres)");
        }
        var userPart = at < 0 ? "" : authority.substring(0, at);
        return new DatabaseAddress(
                hosts, decode(rest.substring(slash + 1)), options, login(userPart, options));
    }

    private static @Nullable Login login(String userPart, Map<String, String> options) {
        var colon = userPart.indexOf(':');
        var user = decode(colon < 0 ? userPart : userPart.substring(0, colon));
        var password = colon < 0 ? "" : decode(userPart.substring(colon + 1));
        var userOption = options.remove("user");
        var passwordOption = options.remove("password");
        user = userOption == null ? user : userOption;
        password = passwordOption == null ? password : passwordOption;
        return user.isEmpty() ? null : new Login(user, password);
    }

    private static TreeMap<String, String> options(String query) {
        var options = new TreeMap<String, String>();
        for (var pair : query.split("&")) {
            var equals = pair.indexOf('=');
            if (equals > 0) {
                var word = decode(pair.substring(0, equals));
                var value = decode(pair.substring(equals + 1));
                options.put(PGJDBC_WORDS.getOrDefault(word, word), value);
            }
        }
        options.computeIfPresent(
                "targetServerType",
                (word, value) ->
                        switch (value) {
                            case "read-write" -> "primary";
                            case "standby", "read-only" -> "secondary";
                            case "prefer-standby" -> "preferSecondary";
                            default -> value;
                        });
        options.computeIfPresent(
                "tcpKeepAlive", (word, value) -> value.equals("1") ? "true" : value);
        return options;
    }

    private static String decode(String text) {
        try {
            // '+' is a plus here, not a space.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw refused("a % in it is not followed by two hex digits");
        }
    }

    private static ConfigurationException refused(String why) {
        // The text itself is not repeated: it may carry a password.
        return new ConfigurationException(
                "CARILLON_DATABASE_URL (carillon.database.url) is not understood, "
                        + why
                        + ": write postgresql://host:5432/database");
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + hosts + "/" + encode(database);
    }

    /// @return host and database, as error lines name them
    String name() {
        return hosts + "/" + database;
    }

    /// What every connection of ours says to the driver; the address's own options win.
    ///
    /// @param purpose ends in `application_name`
    /// @param socketSeconds how long an answer may take before the connection counts as lost
    Properties properties(String purpose, int socketSeconds) {
        var properties = new Properties();
        properties.setProperty("ApplicationName", "carillon " + purpose);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("socketFactory", PromptSocketFactory.class.getName());
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS * 2));
        properties.setProperty("socketTimeout", Integer.toString(socketSeconds));
        properties.putAll(options);
        return properties;
    }

    Connection connect(Login as, String purpose, int socketSeconds) throws SQLException {
        var properties = properties(purpose, socketSeconds);
        properties.setProperty("user", as.user());
        if (!as.password().isEmpty()) {
            properties.setProperty("password", as.password());
        }
        return DriverManager.getConnection(jdbcUrl(), properties);
    }

    private static String encode(String name) {
        return name.chars()
                .mapToObj(letter ->
                        letter < 128
                                        && (Character.isLetterOrDigit(letter)
                                                || "_-.".indexOf(letter) >= 0)
                                ? Character.toString(letter)
                                : java.net.URLEncoder.encode(
                                                Character.toString(letter), StandardCharsets.UTF_8)
                                        .replace("+", "%20"))
                .collect(Collectors.joining());
    }
}
