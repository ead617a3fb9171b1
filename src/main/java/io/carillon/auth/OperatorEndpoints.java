package io.carillon.auth;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.management.endpoint.EndpointSensitivityProcessor;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.security.rules.SensitiveEndpointRule;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import reactor.core.publisher.Mono;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Management endpoints that are not for everybody. Tokens never open them: they are tenants',
/// whose roles tenants give, and these endpoints tell of all tenants.
///
/// `/prometheus` opens to `carillon.auth.metrics-key`, sent as bearer token, and in development
/// without a key to everybody. All others stay shut.
@Singleton
@Replaces(SensitiveEndpointRule.class)
class OperatorEndpoints extends SensitiveEndpointRule {
    private static final String METRICS = "prometheus";

    private final AuthSettings settings;
    private final StartRules rules;

    OperatorEndpoints(
            EndpointSensitivityProcessor endpoints, AuthSettings settings, StartRules rules) {
        super(endpoints);
        this.settings = settings;
        this.rules = rules;
    }

    @Override
    protected Publisher<SecurityRuleResult> checkSensitiveAnonymous(
            HttpRequest<?> request, ExecutableMethod<?, ?> method) {
        return Mono.just(judge(request));
    }

    @Override
    protected Publisher<SecurityRuleResult> checkSensitiveAuthenticated(
            HttpRequest<?> request, Authentication authentication, ExecutableMethod<?, ?> method) {
        return Mono.just(judge(request));
    }

    private SecurityRuleResult judge(HttpRequest<?> request) {
        var open =
                request.getPath().equals("/" + METRICS)
                        && scraper(BearerAuthentication.token(request));
        return open ? SecurityRuleResult.ALLOWED : SecurityRuleResult.REJECTED;
    }

    private boolean scraper(@Nullable String shown) {
        var key = settings.metricsKey();
        if (key == null) {
            return rules.mode() == Mode.DEVELOPMENT;
        }
        return shown != null && MessageDigest.isEqual(bytes(key), bytes(shown));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
