package io.carillon.module.agents;

import io.carillon.database.Reading;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Page;
import io.carillon.module.PageToken;
import io.carillon.module.Refused;
import io.carillon.module.Store;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;

/// The rules: whoever registered an agent, and the roles of `carillon.agents.keepers`, speak for
/// it. Blocks.
@Singleton
final class Agents {
    private static final String CHANNEL = "agents";

    private final Store store;
    private final AgentRows rows;
    private final MessageRows messages;
    private final AgentSettings settings;

    Agents(Store store, AgentRows rows, MessageRows messages, AgentSettings settings) {
        this.store = store;
        this.rows = rows;
        this.messages = messages;
        this.settings = settings;
    }

    Reading<Page<Agent>> page(
            Principal who, @Nullable String status, @Nullable String after, int limit) {
        var token = PageToken.decode(after, 1);
        var last = token == null ? "" : token.values().getFirst();
        return store.read(
                who,
                _ ->
                        Page.of(
                                rows.page(who.tenant(), status, last, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    Reading<Agent> one(Principal who, String id) {
        return store.read(who, _ -> rows.one(who.tenant(), id).orElseThrow(Agents::missing));
    }

    Reading<Page<AgentMessage>> said(Principal who, String id, @Nullable String after, int limit) {
        var before = PageToken.before(after);
        return store.read(
                who,
                _ ->
                        Page.of(
                                messages.page(who.tenant(), id, before, limit + 1),
                                limit,
                                row -> new PageToken(row.id())));
    }

    /// Inside a transaction of the writer.
    Agent register(Principal user, AgentController.Draft draft) {
        var made =
                rows.insert(
                        user.tenant(),
                        draft.id(),
                        draft.name().strip(),
                        draft.kind() == null ? "worker" : draft.kind(),
                        draft.silentAfter() == null ? 60 : draft.silentAfter(),
                        user.user());
        if (made == null) {
            throw Refused.conflict("agent_exists", "the tenant has an agent with this id");
        }
        return made;
    }

    Agent edit(Principal user, Writer who, String id, int seen, AgentController.Edit edit) {
        return store.write(
                who,
                _ -> {
                    var row = mine(user, id);
                    if (row.version() != seen) {
                        throw Refused.stale(row.version());
                    }
                    return rows.edit(
                            user.tenant(),
                            id,
                            edit.name() == null ? null : edit.name().strip(),
                            edit.kind(),
                            edit.silentAfter());
                });
    }

    Agent seen(Principal user, Writer who, String id, @Nullable String status) {
        return store.write(
                who,
                _ -> {
                    var unused = mine(user, id);
                    return rows.seen(user.tenant(), id, status);
                });
    }

    /// Inside a transaction of the writer.
    AgentMessage say(Principal user, String id, AgentController.Saying saying) {
        var unused = mine(user, id);
        return messages.insert(
                user.tenant(), id, saying.text(), saying.level() == null ? "info" : saying.level());
    }

    /// Inside a transaction of the writer.
    AgentController.Work tell(
            Connection connection, Principal user, Writer who, String id, AgentController.Work work)
            throws SQLException {
        var unused = mine(user, id);
        var data = new LinkedHashMap<String, @Nullable Object>(work.data());
        data.put("agentId", id);
        store.emit(connection, who, CHANNEL, work.type(), data);
        return new AgentController.Work(work.type(), data);
    }

    void remove(Principal user, Writer who, String id) {
        var unused =
                store.write(
                        who,
                        _ -> {
                            var row = mine(user, id);
                            return rows.delete(user.tenant(), row.id());
                        });
    }

    private Agent mine(Principal user, String id) {
        var row = rows.locked(user.tenant(), id).orElseThrow(Agents::missing);
        if (!row.registeredBy().equals(user.user())
                && user.roles().stream().noneMatch(settings.keepers()::contains)) {
            throw Refused.forbidden(
                    "agent_foreign",
                    "only who registered an agent, or one of the roles "
                            + settings.keepers()
                            + ", speaks for it");
        }
        return row;
    }

    private static Refused missing() {
        return Refused.missing("agent");
    }
}
