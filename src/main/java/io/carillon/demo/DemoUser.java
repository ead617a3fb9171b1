package io.carillon.demo;

import io.micronaut.serde.annotation.Serdeable;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Somebody at one of the two made-up companies.
///
/// @param user the user's id; no two share one, so that `{"user":"ana"}` says everything
/// @param name what people call the user
/// @param tenant the company
/// @param roles role names
@Serdeable
public record DemoUser(String user, String name, String tenant, List<String> roles) {
    /// Everybody there is.
    public static final List<DemoUser> ALL =
            List.of(
                    new DemoUser("ana", "Ana", "acme", List.of("member")),
                    new DemoUser("ben", "Ben", "acme", List.of("member")),
                    new DemoUser("cora", "Cora", "acme", List.of("member", "admin", "probe")),
                    new DemoUser("olga", "Olga", "acme", List.of("member", "admin", "operator")),
                    new DemoUser("clara", "Clara", "acme", List.of("member", "clerk")),
                    new DemoUser("dora", "Dora", "globex", List.of("member", "admin", "probe")),
                    new DemoUser("emil", "Emil", "globex", List.of("member")));

    static @Nullable DemoUser named(@Nullable String user) {
        return ALL.stream().filter(one -> one.user.equals(user)).findFirst().orElse(null);
    }
}
