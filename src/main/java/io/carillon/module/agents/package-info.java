/// Agents: programs that work for a tenant; they register, send signs of life, change their status,
/// say something, tell of their work.
///
/// **Way in.** `/api/agents`; SQL on the tables; [Silence] by the clock.
///
/// **Way out.** Channel `agents`: `agent.created`, `updated`, `deleted` with the row;
/// `agent.status.changed` and `agent.message` from triggers; `ai.*` as an agent tells them.
///
/// **Decision.** A sign of life is a write of one column that no index holds and no event tells:
/// thousands of agents cost the screens nothing. Offline is a state of the row, not something that
/// each page works out from a time, so that all pages and all nodes say the same.
///
/// **Tables owned.** `carillon_app.agent`, `carillon_app.agent_message`.
@NullMarked
package io.carillon.module.agents;

import org.jspecify.annotations.NullMarked;
