package io.carillon.configuration;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Looks at the settings before anything is started: a value that is not of its setting's type ends
/// the start, where Micronaut by itself would go on with the default, and an environment variable
/// that sets nothing is named in the log.
@Context
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SettingsAudit {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsAudit.class);

    /// Settings that belong to no record.
    private static final Collection<String> OTHERS =
            List.of("CARILLON_MODE", "CARILLON_PORT", "CARILLON_HOME", "CARILLON_DEMO_ENABLED");

    SettingsAudit(ApplicationContext context) {
        var variables = new TreeSet<>(OTHERS);
        for (var definition : context.getAllBeanDefinitions()) {
            if (definition.getBeanType().getName().startsWith("io.carillon.")
                    && definition.hasAnnotation(ConfigurationProperties.class)) {
                for (var argument : definition.getConstructor().getArguments()) {
                    argument.getAnnotationMetadata()
                            .stringValue(Property.class, "name")
                            .ifPresent(name -> {
                                variables.add(Setting.variable(name));
                                judge(context, name, argument);
                            });
                }
                // Its constructor judges the ranges.
                context.getBean(definition);
            }
        }
        System.getenv().keySet().stream()
                .filter(name -> name.startsWith("CARILLON_") && !variables.contains(name))
                .sorted()
                .forEach(name -> LOG.warn("{} is set, but there is no such setting", name));
    }

    private static void judge(ApplicationContext context, String name, Argument<?> argument) {
        var given = context.getProperty(name, Object.class);
        if (given.isPresent()
                && context.getConversionService()
                        .convert(given.get(), ConversionContext.of(argument))
                        .isEmpty()
                && !given.get().toString().isEmpty()) {
            throw new ConfigurationException(
                    "%s is \"%s\", which is no %s (%s)"
                            .formatted(
                                    name,
                                    secret(name) ? "…" : given.get(),
                                    kind(argument.getType()),
                                    Setting.variable(name)));
        }
    }

    private static boolean secret(String name) {
        return name.contains("secret") || name.contains("password") || name.contains("key");
    }

    private static String kind(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "long" -> "whole number";
            case "Duration" -> "duration such as 250ms, 10s or 1m";
            case "boolean" -> "true or false";
            default -> type.getSimpleName();
        };
    }
}
