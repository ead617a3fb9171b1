package io.carillon.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.carillon.channel.Event;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

class CatalogueTest {
    private static final Catalogue CATALOGUE = Catalogue.load();

    static Stream<EventType> types() {
        return CATALOGUE.types().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    @Tag("C9")
    void itsExampleFits(EventType type) {
        assertThat(CATALOGUE.judge(type, type.example())).isInstanceOf(Judgement.Valid.class);
        assertThat(CATALOGUE.judge(type, Catalogue.JSON.createArrayNode()))
                .isInstanceOf(Judgement.Invalid.class);
    }

    @ParameterizedTest
    @MethodSource("types")
    @Tag("C5")
    void socketNamesAreFilledFromItsExample(EventType type) {
        for (var told : new SocketEvents(CATALOGUE).of(event(type))) {
            assertThat(told.name()).isNotBlank().doesNotContain("$");
            assertThat(told.args()).isNotEmpty().allSatisfy(arg -> assertThat(arg).isNotEmpty());
        }
    }

    @Test
    void namesAreUsedOnce() {
        var schemas = new HashSet<String>();
        var channels = new HashSet<String>();
        for (var module : CATALOGUE.modules()) {
            module.schemas()
                    .fieldNames()
                    .forEachRemaining(name -> assertThat(schemas.add(name)).as(name).isTrue());
            module.channels()
                    .forEach(channel -> assertThat(channels.add(channel.pattern())).isTrue());
        }
        assertThat(CATALOGUE.types().stream().map(EventType::type)).doesNotHaveDuplicates();
    }

    @Test
    void aUsersOwnTypesAreNoBusinessOfTheCatalogue() {
        assertThat(CATALOGUE.judge("orders", "order.created", "{}"))
                .isInstanceOf(Judgement.Unlisted.class);
        assertThat(CATALOGUE.judge("elsewhere", "approval.created", "{}"))
                .isInstanceOf(Judgement.Unlisted.class);
    }

    @Test
    @Tag("C5")
    void theShapesOfTheDocuments() {
        assertThat(told("approval.deleted")).containsExactly("approval.deleted {\"id\":\"41\"}");
        assertThat(told("approval.updated"))
                .containsExactly(
                        "approval.updated {\"id\":\"41\",\"title\":\"Deploy the new"
                            + " bell\",\"version\":1,\"updatedAt\":\"2026-11-21T05:00:00.123456+00:00\"}");
        assertThat(told("approval.created").getLast())
                .startsWith("approval:created {\"id\":\"41\",\"tenantId\":\"acme\"");
    }

    @Test
    @Tag("C4")
    @Tag("E2")
    void theShapesOfTheClinicsDocument() {
        assertThat(told("message.created").getFirst())
                .startsWith(
                        "message:new {\"type\":\"message:new\",\"conversationId\":\"3\","
                                + "\"message\":{\"id\":\"6f1c9d1e-0000-4000-8000-000000000001\",")
                .contains("\"status\":\"sent\"")
                .endsWith("},\"timestamp\":\"1970-01-01T00:00:00Z\"}");
        assertThat(told("message.created").getLast()).startsWith("chat.message {\"id\":");
        assertThat(told("message.status").getFirst())
                .startsWith("message:updated {\"type\":\"message:updated\"")
                .contains("\"status\":\"read\"");
        assertThat(told("conversation.updated").getFirst())
                .startsWith(
                        "conversation:updated {\"type\":\"conversation:updated\","
                                + "\"conversationId\":\"3\",\"updates\":{\"id\":\"3\",")
                .contains("\"lastText\":\"Hello\"");
        assertThat(told("typing.start"))
                .containsExactly(
                        "typing:start {\"type\":\"typing:start\",\"conversationId\":\"3\","
                                + "\"userId\":\"ana\",\"userName\":\"Ana\",\"expiresIn\":6000}",
                        "typing.start {\"chatId\":\"3\",\"userId\":\"ana\","
                                + "\"userName\":\"Ana\",\"expiresIn\":6000}");
    }

    private static List<String> told(String type) {
        var known = types().filter(one -> one.type().equals(type)).findFirst().orElseThrow();
        return new SocketEvents(CATALOGUE)
                .of(event(known)).stream()
                        .map(told -> told.name() + " " + String.join(" ", told.args()))
                        .toList();
    }

    @Test
    @Tag("C9")
    void whatIsInvalidGoesOutAsSuchWithItsKeyAndIsCounted() throws Exception {
        var inspection = new Inspection(CATALOGUE);
        var type = types().filter(it -> it.type().equals("approval.created")).findFirst();
        var good = event(type.orElseThrow());
        assertThat(inspection.inspect(good)).isSameAs(good);
        var payload = (ObjectNode) Catalogue.JSON.readTree(good.data());
        ((ObjectNode) payload.get("row")).put("status", "perhaps");

        var out = inspection.inspect(good.told(good.type(), payload.toString()));

        assertThat(out.type()).isEqualTo("carillon.invalid");
        var data = Catalogue.JSON.readTree(out.data());
        assertThat(data.get("type").asText()).isEqualTo("approval.created");
        assertThat(data.get("key").get("id").asText()).isEqualTo("41");
        assertThat(data.get("reason").asText()).contains("status");
        assertThat(inspection.invalid()).isEqualTo(1);
    }

    private static Event event(EventType type) {
        var channel = type.channels().getFirst().pattern().replaceAll("\\{.*}", "x1");
        return new Event(
                7,
                8,
                "acme",
                channel,
                type.type().replace("*", "thing"),
                type.example().toString(),
                "ana",
                "r1",
                null,
                Instant.EPOCH);
    }
}
