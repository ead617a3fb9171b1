package io.carillon.auth;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Which claims of a token say what. A name is looked up as it stands first
/// (`https://example.com/tenant` is a name); where there is no such claim its dots are steps into
/// nested claims (`realm_access.roles`).
///
/// @param tenant the tenant; default `tenant`
/// @param user the user's id within the tenant; default `sub`
/// @param roles a list of role names, or one text of names between spaces; default `roles`
/// @param name what people call the user; default `name`
@ConfigurationProperties("carillon.auth.claims")
public record ClaimNames(
        @Bindable(defaultValue = "tenant") String tenant,
        @Bindable(defaultValue = "sub") String user,
        @Bindable(defaultValue = "roles") String roles,
        @Bindable(defaultValue = "name") String name) {

    private static final Pattern DOT = Pattern.compile("\\.");

    /// @param claims a token's claims
    /// @param name one of this record's names
    /// @return the claim's value, or null
    static @Nullable Object find(Map<String, Object> claims, String name) {
        var exact = claims.get(name);
        if (exact != null) {
            return exact;
        }
        @Nullable Object value = claims;
        for (var step : DOT.split(name, -1)) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return value;
    }

    /// Writes a claim where [#find] finds it.
    ///
    /// @param claims claims under way
    /// @param name one of this record's names
    /// @param value the claim's value
    public static void put(Map<String, Object> claims, String name, Object value) {
        var steps = DOT.split(name, -1);
        if (name.contains("/") || steps.length == 1) {
            claims.put(name, value);
            return;
        }
        var inner = claims;
        for (var index = 0; index < steps.length - 1; index++) {
            inner = nested(inner, steps[index]);
        }
        inner.put(steps[steps.length - 1], value);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> nested(Map<String, Object> claims, String step) {
        return (Map<String, Object>)
                claims.computeIfAbsent(step, _ -> new LinkedHashMap<String, Object>());
    }
}
