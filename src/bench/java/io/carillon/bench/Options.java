package io.carillon.bench;

import java.util.HashMap;
import java.util.Map;

/// The command line: `--name=value` each. Immutable.
///
/// @param values by name
record Options(Map<String, String> values) {
    static Options of(String[] arguments, int from) {
        var values = new HashMap<String, String>();
        for (var index = from; index < arguments.length; index++) {
            var argument = arguments[index];
            var equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("write --name=value, not " + argument);
            }
            values.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        return new Options(values);
    }

    /// @return the same with another value, unless the command line gives one
    Options with(String name, String value) {
        var more = new HashMap<>(values);
        more.putIfAbsent(name, value);
        return new Options(more);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
    }

    double decimal(String name, double otherwise) {
        return Double.parseDouble(values.getOrDefault(name, Double.toString(otherwise)));
    }
}
