package io.carillon.module.agents;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.serde.annotation.Serdeable;

/// A row of `carillon_app.agent_message`, with the members of the event `agent.message`.
@Serdeable
@MappedEntity("agent_message")
record AgentMessage(
        @Id String id,
        @JsonProperty("agentId") String agentId,
        String text,
        String level,
        String at) {}
