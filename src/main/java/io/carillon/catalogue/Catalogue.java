package io.carillon.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every event type of the domain modules: the one source of validation, AsyncAPI, TypeScript types
/// and Socket.IO names.
///
/// Called by room `module` before a commit, by [Inspection] on the way out, by the wires for names.
/// Immutable after [#load], safe for all threads; judging costs microseconds and never blocks.
public final class Catalogue {
    static final ObjectMapper JSON = new ObjectMapper();

    private final List<ModuleFile> modules;
    private final List<EventType> types = new ArrayList<>();
    private final Map<String, List<EventType>> byType = new HashMap<>();
    private final List<EventType> families = new ArrayList<>();
    private final Map<EventType, Schema> validators = new HashMap<>();

    Catalogue(List<ModuleFile> modules) {
        this.modules = List.copyOf(modules);
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        var definitions = JSON.createObjectNode();
        modules.forEach(module -> definitions.setAll(References.within(module.schemas(), "$defs")));
        for (var module : modules) {
            for (var type : module.types()) {
                types.add(type);
                (type.family()
                                ? families
                                : byType.computeIfAbsent(type.type(), _ -> new ArrayList<>()))
                        .add(type);
                validators.put(type, registry.getSchema(schema(type, definitions)));
            }
        }
    }

    private static ObjectNode schema(EventType type, ObjectNode definitions) {
        var schema = (ObjectNode) References.within(type.payload(), "$defs");
        var needed = JSON.createObjectNode();
        take(schema, definitions, needed);
        schema.set("$defs", needed);
        return schema;
    }

    /// Only what a schema refers to goes with it: each is compiled, again for every type.
    private static void take(JsonNode from, ObjectNode definitions, ObjectNode needed) {
        for (var reference : from.findValuesAsText("$ref")) {
            var name = reference.substring(reference.lastIndexOf('/') + 1);
            var definition = definitions.get(name);
            if (definition != null && !needed.has(name)) {
                needed.set(name, definition);
                take(definition, definitions, needed);
            }
        }
    }

    /// @return the catalogue of this program
    /// @throws IllegalStateException when a file cannot be read or contradicts itself: a fault of
    ///     the program, found by the build's tests
    public static Catalogue load() {
        return new Catalogue(ModuleFile.all());
    }

    /// @return the modules, in the order of `index.yaml`
    public List<ModuleFile> modules() {
        return modules;
    }

    /// @return every type, module by module
    public List<EventType> types() {
        return List.copyOf(types);
    }

    /// @param channel where an event goes
    /// @param type its type
    /// @return what the catalogue knows about such events, or null
    public @Nullable EventType find(String channel, String type) {
        for (var known : byType.getOrDefault(type, families)) {
            if (known.matches(type) && known.goesTo(channel)) {
                return known;
            }
        }
        return null;
    }

    /// @param channel where an event goes
    /// @param type its type
    /// @param data its payload, JSON text, or null
    /// @return whether the payload is what the type says
    public Judgement judge(String channel, String type, @Nullable String data) {
        var known = find(channel, type);
        if (known == null) {
            return new Judgement.Unlisted();
        }
        JsonNode payload;
        try {
            payload = JSON.readTree(data == null ? "null" : data);
        } catch (JsonProcessingException malformed) {
            return new Judgement.Invalid(known, "the payload is not JSON");
        }
        return judge(known, payload);
    }

    /// @param type a type of this catalogue
    /// @param payload what might be its payload
    /// @return whether it is
    public Judgement judge(EventType type, JsonNode payload) {
        var validator = validators.get(type);
        if (validator == null) {
            return new Judgement.Unlisted();
        }
        var errors = validator.validate(payload);
        return errors.isEmpty()
                ? new Judgement.Valid(type)
                : new Judgement.Invalid(type, errors.getFirst().toString());
    }
}
