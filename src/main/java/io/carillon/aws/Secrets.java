package io.carillon.aws;

import io.carillon.auth.KeyText;
import io.carillon.database.Login;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;

import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads secrets and says what they mean. Keeps nothing; [TokenKeys] and [SecretLogins] do.
///
/// Safe for all threads; every call blocks for one request to Secrets Manager.
@Singleton
final class Secrets {
    private final Provider<SecretsManagerClient> manager;
    private final JsonMapper json;

    /// @param manager made on first use: nothing of AWS is loaded where no secret is configured
    Secrets(Provider<SecretsManagerClient> manager, JsonMapper json) {
        this.manager = manager;
        this.json = json;
    }

    /// A secret cannot be read or does not say what it should. The message never holds its value.
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /// @param id name or ARN
    /// @return the keys that it holds: `{"secret": …}` or `{"publicKey": …}`, while rotating
    ///     also `"previous"` with the same; or the secret as plain text
    List<KeyText> keys(String id) {
        var text = text(id);
        var node = object(text);
        if (node == null) {
            return List.of(new KeyText.Secret(text));
        }
        var keys = new ArrayList<KeyText>();
        keys.add(key(id, node));
        var previous = node.get("previous");
        if (previous != null && previous.isObject()) {
            keys.add(key(id, previous));
        }
        return keys;
    }

    private static KeyText key(String id, JsonNode node) {
        var secret = string(node, "secret");
        if (secret != null) {
            return new KeyText.Secret(secret);
        }
        var pem = string(node, "publicKey");
        if (pem != null) {
            return new KeyText.PublicPem(pem);
        }
        throw new Unreadable(
                "secret " + id + " holds neither \"secret\" nor \"publicKey\": put one there");
    }

    /// @param id name or ARN
    /// @return the login that it holds: `{"username": …, "password": …}`, as rotations write it
    Login login(String id) {
        var node = object(text(id));
        var user = node == null ? null : string(node, "username");
        var password = node == null ? null : string(node, "password");
        if (user == null || password == null) {
            throw new Unreadable(
                    "secret " + id + " is not {\"username\": …, \"password\": …}: put that there");
        }
        return new Login(user, password);
    }

    private String text(String id) {
        try {
            var text = manager.get().getSecretValue(request -> request.secretId(id)).secretString();
            if (text == null || text.isBlank()) {
                throw new Unreadable("secret " + id + " is empty: put a value there");
            }
            return text.strip();
        } catch (SdkException failed) {
            throw new Unreadable("secret " + id + " cannot be read: " + failed.getMessage());
        }
    }

    private @Nullable JsonNode object(String text) {
        if (!text.startsWith("{")) {
            return null;
        }
        try {
            var node = json.readValue(text, Argument.of(JsonNode.class));
            return node != null && node.isObject() ? node : null;
        } catch (IOException noJson) {
            return null;
        }
    }

    private static @Nullable String string(JsonNode node, String name) {
        var value = node.get(name);
        return value == null || !value.isString() ? null : value.getStringValue();
    }

    /// At the start there is nothing to fall back on.
    static ConfigurationException refused(Unreadable unreadable) {
        return new ConfigurationException(String.valueOf(unreadable.getMessage()));
    }
}
