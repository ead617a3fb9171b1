package io.carillon.probe;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `/api/studio/probe`: several batches on their way, a reply for each.
final class WebSocketUplink implements Uplink {
    private static final String PATH = "/api/studio/probe";
    private static final int CAPACITY = 16;

    private final WebSocket socket;
    private final Duration patience;

    private WebSocketUplink(WebSocket socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /// @return an open way, or what the server refused
    /// @throws IOException nobody is there
    static WebSocketUplink open(
            HttpClient client, URI server, String token, Duration patience, Link link)
            throws IOException, InterruptedException {
        var opening =
                client.newWebSocketBuilder()
                        .connectTimeout(patience)
                        .header("Authorization", "Bearer " + token)
                        .buildAsync(server.resolve(PATH), new Ear(link));
        try {
            return new WebSocketUplink(
                    opening.get(patience.toMillis(), TimeUnit.MILLISECONDS), patience);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof WebSocketHandshakeException refused) {
                var status = refused.getResponse().statusCode();
                var body = String.valueOf(refused.getResponse().body());
                link.replied(Reply.of(status, body));
            }
            throw new IOException(reason(failed), failed);
        } catch (TimeoutException late) {
            throw new IOException("no connection within " + patience.toMillis() + " ms", late);
        }
    }

    private static String reason(Exception failed) {
        var cause = failed.getCause() == null ? failed : failed.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public void send(Batch batch) throws IOException, InterruptedException {
        try {
            var unused =
                    socket.sendText(batch.json(), true)
                            .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException failed) {
            throw new IOException(reason(failed), failed);
        } catch (TimeoutException late) {
            throw new IOException("the server reads nothing", late);
        }
    }

    /// Without a farewell that could be waited for in vain; everything that matters has a receipt.
    @Override
    public void close() {
        socket.abort();
    }

    /// Hears replies, on a thread of the client.
    private static final class Ear implements WebSocket.Listener {
        private final Link link;
        private final StringBuilder text = new StringBuilder();

        Ear(Link link) {
            this.link = link;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                link.replied(Reply.of(0, text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            link.broke("closed by the server: " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            link.broke(String.valueOf(error.getMessage()));
        }
    }
}
