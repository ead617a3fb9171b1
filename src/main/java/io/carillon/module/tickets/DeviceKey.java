package io.carillon.module.tickets;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// What a screen shows instead of a token: which tenant's it is, and a secret.
///
/// @param tenant whose
/// @param text the whole key, never to be logged
record DeviceKey(String tenant, String text) {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{2,267})\\.[A-Za-z0-9_-]{43}");

    static DeviceKey of(String tenant) {
        var head =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(tenant.getBytes(StandardCharsets.UTF_8));
        return new DeviceKey(tenant, head + "." + Secrets.fresh());
    }

    /// @return null for what is no key
    static @Nullable DeviceKey parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            return null;
        }
        try {
            var tenant =
                    new String(
                            Base64.getUrlDecoder().decode(match.group(1)), StandardCharsets.UTF_8);
            return possible(tenant) ? new DeviceKey(tenant, text) : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /// @return whether a tenant may be called so: no text holds NUL, and no name other controls
    static boolean possible(String tenant) {
        return tenant.chars().noneMatch(Character::isISOControl);
    }

    byte[] hash() {
        return Secrets.hash(text);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "DeviceKey[" + tenant + "]";
    }
}
