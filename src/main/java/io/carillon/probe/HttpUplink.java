package io.carillon.probe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// `POST /api/studio/samples`, one after the other.
final class HttpUplink implements Uplink {
    private static final String PATH = "/api/studio/samples";

    private final HttpClient client;
    private final URI address;
    private final String token;
    private final Duration patience;
    private final Link link;

    HttpUplink(HttpClient client, URI server, String token, Duration patience, Link link) {
        this.client = client;
        this.address = server.resolve(PATH);
        this.token = token;
        this.patience = patience;
        this.link = link;
    }

    @Override
    public int capacity() {
        return 1;
    }

    @Override
    public void send(Batch batch) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(address)
                        .timeout(patience)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(batch.json()))
                        .build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        link.replied(Reply.of(answer.statusCode(), answer.body()));
    }

    @Override
    public void close() {}
}
