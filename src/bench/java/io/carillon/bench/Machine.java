package io.carillon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What Linux says about processes and cores: processor time and resident memory.
final class Machine {
    private static final double TICKS = 100;

    private Machine() {}

    /// @param pid a process
    /// @return processor seconds that it has used since its start
    static double cpu(long pid) {
        var stat = read(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    /// @param pid a process
    /// @return processor seconds of it and its present children, and of its ended ones
    static double cpuOfFamily(long pid) {
        var stat = read(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        var sum = cpu(pid) + (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS;
        return sum
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::children)
                        .mapToDouble(child -> cpuIfThere(child.pid()))
                        .sum();
    }

    private static double cpuIfThere(long pid) {
        try {
            return cpu(pid);
        } catch (UncheckedIOException ended) {
            return 0;
        }
    }

    /// @return processor seconds that anybody has used on all cores
    static double cpuOfAll() {
        var fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +");
        var busy = 0.0;
        for (var field : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(fields[field]);
        }
        return busy / TICKS;
    }

    /// @param pid a process
    /// @return its resident memory in kilobytes: all, anonymous
    static Map<String, Object> memory(long pid) {
        var status = read(Path.of("/proc/" + pid + "/status"));
        return Json.object("rss", field(status, "VmRSS:"), "anonymous", field(status, "RssAnon:"));
    }

    private static Long field(String status, String name) {
        var line = status.lines().filter(it -> it.startsWith(name)).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    /// @return what the figures were taken on, in one line
    static String describe() {
        var model =
                read(Path.of("/proc/cpuinfo"))
                        .lines()
                        .filter(it -> it.startsWith("model name"))
                        .findFirst()
                        .map(it -> it.replaceAll(".*: ", ""))
                        .orElse("?");
        return Runtime.version()
                + ", "
                + read(Path.of("/proc/cpuinfo"))
                        .lines()
                        .filter(it -> it.startsWith("processor"))
                        .count()
                + " cores "
                + model
                + ", Linux "
                + System.getProperty("os.version");
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
