package io.carillon.probe;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.regex.Pattern;

/// What the server says to a batch. Its answers are flat objects, so two patterns read them.
sealed interface Reply {
    Pattern NEXT = Pattern.compile("\"next\"\\s*:\\s*(\\d{1,18})");
    Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([a-z0-9_]{1,100})\"");
    Pattern DETAIL = Pattern.compile("\"detail\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){0,500})\"");
    Pattern STATUS = Pattern.compile("\"status\"\\s*:\\s*(\\d{3})");

    /// What these say, no second try mends.
    Set<Integer> FINAL = Set.of(400, 403, 404, 409, 413, 422);

    int TOKEN = 401;

    /// @param next everything before this window is counted
    record Counted(long next) implements Reply {}

    /// @param status as in HTTP
    /// @param code for programs
    /// @param detail for people
    record Refused(int status, String code, String detail) implements Reply {
        /// @return whether trying again is of no use
        boolean forGood() {
            return FINAL.contains(status);
        }

        /// @return whether another token may help
        boolean token() {
            return status == TOKEN;
        }

        @Override
        public String toString() {
            return detail + " (" + code + ")";
        }
    }

    /// @param status of the HTTP answer; 0 where it is a message of a WebSocket
    /// @param text its body
    /// @return what it says
    static Reply of(int status, String text) {
        var next = found(NEXT, text);
        if (next != null && status < 300) {
            return new Counted(Long.parseLong(next));
        }
        var told = found(STATUS, text);
        var code = found(CODE, text);
        var detail = found(DETAIL, text);
        return new Refused(
                status > 0 || told == null ? status : Integer.parseInt(told),
                code == null ? "http_" + status : code,
                detail == null ? "the server refused" : detail);
    }

    private static @Nullable String found(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }
}
