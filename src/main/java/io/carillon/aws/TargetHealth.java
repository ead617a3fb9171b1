package io.carillon.aws;

import io.micronaut.context.annotation.Value;

import jakarta.inject.Singleton;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// One question to the load balancer's API, `DescribeTargetHealth`. One signed GET
/// takes less than a whole client library.
///
/// Blocks; safe for all threads.
@Singleton
final class TargetHealth {
    private static final String SERVICE = "elasticloadbalancing";

    private final AwsCredentialsProvider credentials;
    private final AwsRegionProvider region;
    private final SdkHttpClient http;
    private final String endpoint;

    /// @param endpoint for tests; empty: AWS's
    TargetHealth(
            AwsCredentialsProvider credentials,
            AwsRegionProvider region,
            SdkHttpClient http,
            @Value("${aws.services.elasticloadbalancing.endpoint-override:}") String endpoint) {
        this.credentials = credentials;
        this.region = region;
        this.http = http;
        this.endpoint = endpoint;
    }

    /// @param targetGroup ARN
    /// @param address of the target
    /// @param port of the target
    /// @return whether the target is being taken out
    /// @throws IOException the answer is none
    boolean draining(String targetGroup, String address, int port) throws IOException {
        var here = region.getRegion();
        var request =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.GET)
                        .uri(
                                URI.create(
                                        endpoint.isEmpty()
                                                ? "https://"
                                                        + SERVICE
                                                        + "."
                                                        + here.id()
                                                        + ".amazonaws.com/"
                                                : endpoint))
                        .putRawQueryParameter("Action", "DescribeTargetHealth")
                        .putRawQueryParameter("Version", "2015-12-01")
                        .putRawQueryParameter("TargetGroupArn", targetGroup)
                        .putRawQueryParameter("Targets.member.1.Id", address)
                        .putRawQueryParameter("Targets.member.1.Port", Integer.toString(port))
                        .build();
        var signed =
                AwsV4HttpSigner.create()
                        .sign(it ->
                                it.identity(credentials.resolveCredentials())
                                        .request(request)
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, here.id()))
                        .request();
        var answer =
                http.prepareRequest(HttpExecuteRequest.builder().request(signed).build()).call();
        try (var body = answer.responseBody().orElseThrow(() -> new IOException("no answer"))) {
            var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.httpResponse().isSuccessful()) {
                throw new IOException(
                        "DescribeTargetHealth answers " + answer.httpResponse().statusCode());
            }
            return text.contains("<State>draining</State>");
        }
    }
}
