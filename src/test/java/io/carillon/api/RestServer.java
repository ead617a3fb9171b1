package io.carillon.api;

import io.carillon.auth.AuthPostgres;
import io.carillon.auth.TestTokens;
import io.carillon.identity.Principal;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

/// A whole server on a free port, with the tests' Postgres, and a client to talk to it.
public final class RestServer implements AutoCloseable {
    private final EmbeddedServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private RestServer(EmbeddedServer server) {
        this.server = server;
    }

    /// @param settings on top of a good secret and a free port
    public static RestServer start(Map<String, Object> settings) {
        var all = new HashMap<String, Object>();
        all.put("carillon.auth.secret", TestTokens.SECRET);
        all.put("micronaut.server.port", -1);
        all.put("rest-server", true);
        all.put("micronaut.router.static-resources.default.paths", "classpath:rest-server");
        all.put("micronaut.router.static-resources.default.mapping", "/**");
        all.putAll(settings);
        var context = ApplicationContext.run(AuthPostgres.settings(all));
        return new RestServer(context.getBean(EmbeddedServer.class).start());
    }

    public ApplicationContext context() {
        return server.getApplicationContext();
    }

    public int port() {
        return server.getPort();
    }

    /// @param headers names and values in turn
    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /// @param headers names and values in turn
    public HttpResponse<String> post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    /// @param headers names and values in turn
    public HttpResponse<String> send(String method, String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        for (var index = 0; index < headers.length; index += 2) {
            request.header(headers[index], headers[index + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        client.close();
        server.getApplicationContext().close();
    }

    /// What an application's own endpoints look like.
    @Controller
    @Requires(property = "rest-server")
    static final class Endpoints {
        @Get("/api/things")
        Map<String, String> things(Principal principal) {
            return Map.of("tenant", principal.tenant(), "user", principal.user());
        }

        @Get("/api/thread")
        @ExecuteOn(TaskExecutors.BLOCKING)
        boolean onVirtualThread() {
            return Thread.currentThread().isVirtual();
        }

        @Get("/api/admin")
        @Secured("admin")
        String admin() {
            return "secret";
        }

        @Get("/api/fault")
        String fault() {
            throw new IllegalStateException("password=hunter2");
        }

        @Get("/forgotten")
        String forgotten() {
            return "nobody said who may";
        }
    }
}
