package io.carillon.module.agents;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

import java.util.List;

/// Who speaks for agents.
///
/// @param keepers roles that may speak for, edit and remove every agent of their tenant,
///     comma-separated; whoever registered an agent may too
@ConfigurationProperties("carillon.agents")
public record AgentSettings(@Bindable(defaultValue = "agent,admin") List<String> keepers) {
    public AgentSettings {
        keepers = List.copyOf(keepers);
    }
}
