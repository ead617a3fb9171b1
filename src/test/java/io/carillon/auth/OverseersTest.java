package io.carillon.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.identity.Principal;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Set;

@Tag("A5")
class OverseersTest {
    private static final Scope ALL = new Scope.AllTenants();
    private static final Scope NOTHING = new Scope.Nothing();

    private final Overseers production =
            new Overseers(Settings.operatorTenant("house"), Mode.PRODUCTION);

    @Test
    void anAdministratorSeesItsOwnTenantOnly() {
        var scope = production.scope(who("acme", "admin", "operator"));

        assertThat(scope).isEqualTo(new Scope.OneTenant("acme"));
        assertThat(scope.includes("acme")).isTrue();
        assertThat(scope.includes("beta")).isFalse();
        assertThat(production.scope(who("house", "admin"))).isEqualTo(new Scope.OneTenant("house"));
    }

    @Test
    void anOperatorOfTheHouseSeesAllAndOneOfATenantSeesNothing() {
        assertThat(production.scope(who("house", "operator"))).isEqualTo(ALL);
        assertThat(production.scope(who("acme", "operator"))).isEqualTo(NOTHING);
        assertThat(production.scope(who("house"))).isEqualTo(NOTHING);
    }

    @Test
    void withoutAHouseTheRoleIsEnoughInDevelopmentOnly() {
        var operator = who("acme", "operator");

        assertThat(new Overseers(Settings.none(), Mode.PRODUCTION).scope(operator))
                .isEqualTo(NOTHING);
        assertThat(new Overseers(Settings.none(), Mode.DEVELOPMENT).scope(operator)).isEqualTo(ALL);
    }

    private static Principal who(String tenant, String... roles) {
        return new Principal(tenant, "ana", "Ana", Set.of(roles), null, null, Instant.MAX);
    }
}
