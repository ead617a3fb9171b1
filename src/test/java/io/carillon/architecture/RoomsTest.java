package io.carillon.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who may import whom. What is not listed may not be imported, and there are no cycles.
@AnalyzeClasses(packages = "io.carillon", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final Map<String, Set<String>> MAY_IMPORT =
            new TreeMap<>(
                    Map.ofEntries(
                            room("configuration"),
                            room("channel"),
                            room("identity"),
                            room("database", "identity"),
                            room("catalogue", "channel"),
                            room("log", "channel", "identity", "database"),
                            room("hub", "channel", "identity"),
                            room("tail", "channel", "identity", "database", "log", "hub"),
                            room("auth", "channel", "identity", "database"),
                            room("aws", "channel", "identity", "auth", "database", "log"),
                            room("registry", "channel", "identity", "database", "log"),
                            room("presence", "channel", "identity", "database", "log", "registry"),
                            room("limit", "identity", "database"),
                            room(
                                    "connection",
                                    "channel",
                                    "identity",
                                    "auth",
                                    "hub",
                                    "limit",
                                    "log",
                                    "presence",
                                    "registry"),
                            room(
                                    "wire",
                                    "channel",
                                    "identity",
                                    "catalogue",
                                    "hub",
                                    "connection",
                                    "presence"),
                            room(
                                    "transport",
                                    "channel",
                                    "identity",
                                    "auth",
                                    "database",
                                    "hub",
                                    "connection",
                                    "presence",
                                    "wire",
                                    "peer"),
                            room("peer", "identity", "registry", "database", "auth"),
                            // Looks at what the others do, from outside.
                            room(
                                    "sight",
                                    "channel",
                                    "identity",
                                    "database",
                                    "log",
                                    "hub",
                                    "tail",
                                    "connection"),
                            room(
                                    "control",
                                    "channel",
                                    "identity",
                                    "auth",
                                    "database",
                                    "hub",
                                    "limit",
                                    "connection"),
                            // Clients' JSON is read in one way, so api imports wire.
                            room(
                                    "api",
                                    "wire",
                                    "channel",
                                    "identity",
                                    "auth",
                                    "catalogue",
                                    "control",
                                    "limit",
                                    "database",
                                    "hub",
                                    "log",
                                    "presence",
                                    "registry",
                                    "tail",
                                    "connection",
                                    "sight",
                                    "peer"),
                            // Errors are told in one way, so modules import api; only the hub
                            // knows whether anybody watches; tickets implements what
                            // transport.queue asks of it.
                            room(
                                    "module",
                                    "transport",
                                    "channel",
                                    "identity",
                                    "auth",
                                    "catalogue",
                                    "database",
                                    "log",
                                    "hub",
                                    "api"),
                            // A program of its own.
                            room("probe"),
                            room("demo", "channel", "identity", "auth", "database", "api", "probe"),
                            room(
                                    "node",
                                    "channel",
                                    "identity",
                                    "auth",
                                    "database",
                                    "log",
                                    "tail",
                                    "hub",
                                    "registry",
                                    "presence",
                                    "connection",
                                    "control",
                                    "limit",
                                    "wire",
                                    "transport",
                                    "peer",
                                    "sight",
                                    "api",
                                    "catalogue",
                                    "module",
                                    "demo")));

    private static final Pattern FORBIDDEN =
            Pattern.compile(".*(Manager|Helper|Util|Utils|Impl|Info|Common|Misc)$");

    private static Map.Entry<String, Set<String>> room(String name, String... imports) {
        // Every room refuses its bad settings in the same way.
        return Map.entry(
                name,
                Stream.concat(Stream.of("configuration"), Stream.of(imports))
                        .collect(Collectors.toSet()));
    }

    private static String roomOf(JavaClass type) {
        var parts = type.getPackageName().split("\\.");
        return parts.length > 2 ? parts[2] : "";
    }

    private static DescribedPredicate<JavaClass> ours(String description, Set<String> rooms) {
        return DescribedPredicate.describe(
                description,
                type ->
                        type.getPackageName().startsWith("io.carillon")
                                && !rooms.contains(roomOf(type)));
    }

    @ArchTest
    static void everyRoomImportsOnlyWhatTheTableLists(JavaClasses classes) {
        MAY_IMPORT.forEach((room, imports) -> {
            var allowed =
                    Stream.concat(imports.stream(), Stream.of(room)).collect(Collectors.toSet());
            classes()
                    .that()
                    .resideInAPackage("io.carillon." + room + "..")
                    .should()
                    .onlyDependOnClassesThat(
                            DescribedPredicate.not(ours("rooms not listed", allowed)))
                    .as("room " + room + " imports only " + imports)
                    .allowEmptyShould(true)
                    .check(classes);
        });
    }

    @ArchTest
    static void everyRoomIsInTheTable(JavaClasses classes) {
        var rooms =
                classes.stream()
                        .map(RoomsTest::roomOf)
                        .filter(room -> !room.isEmpty())
                        .collect(Collectors.toSet());
        assertThat(MAY_IMPORT.keySet()).containsAll(rooms);
    }

    @ArchTest
    static void thereAreNoCycles(JavaClasses classes) {
        slices().matching("io.carillon.(*)..").should().beFreeOfCycles().check(classes);
    }

    /// They know each other only through events; what they share lies in `io.carillon.module`.
    @ArchTest
    static void modulesNeverCallEachOther(JavaClasses classes) {
        slices().matching("io.carillon.module.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(classes);
    }

    @ArchTest
    static void theHubKnowsNoSqlNoHttpNoJson(JavaClasses classes) {
        com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.carillon.hub..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "io.netty.handler.codec..",
                        "com.fasterxml..",
                        "io.micronaut.http..",
                        "io.micronaut.json..")
                .check(classes);
    }

    @ArchTest
    static void namesSayWhatThingsAre(JavaClasses classes) {
        var bad =
                classes.stream()
                        .filter(type -> FORBIDDEN.matcher(type.getSimpleName()).matches())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(bad).isEmpty();
    }

    @Test
    void everyRoomHasItsPage() throws IOException {
        try (var packages = Files.walk(Path.of("src/main/java/io/carillon"))) {
            List<Path> without =
                    packages.filter(Files::isDirectory)
                            .filter(RoomsTest::holdsSources)
                            .filter(path -> !Files.exists(path.resolve("package-info.java")))
                            .toList();
            assertThat(without).isEmpty();
        }
    }

    private static boolean holdsSources(Path folder) {
        try (var files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
