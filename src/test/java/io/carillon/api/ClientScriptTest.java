package io.carillon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.carillon.conformance.TestNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

@Tag("A7")
class ClientScriptTest {
    @Test
    void isOneModuleThatAnyPageMayImport() throws Exception {
        assumeThat(ClientScriptTest.class.getResource("/web/client.js"))
                .as("the client, which -Dweb.skip leaves out")
                .isNotNull();
        try (var node = TestNode.start();
                var client = HttpClient.newHttpClient()) {
            var address = URI.create("http://localhost:" + node.port() + "/client.js");
            var first = send(client, HttpRequest.newBuilder(address));

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/javascript");
            assertThat(first.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
            assertThat(first.body()).contains("connect").doesNotContain("from\"./");

            var tag = first.headers().firstValue("ETag").orElseThrow();
            var again = send(client, HttpRequest.newBuilder(address).header("If-None-Match", tag));
            assertThat(again.statusCode()).isEqualTo(304);
        }
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
            throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
