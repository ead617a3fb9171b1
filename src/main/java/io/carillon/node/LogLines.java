package io.carillon.node;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// How a log line looks: text for people, JSON for machines; one line for each event, without
/// secrets.
///
/// `CARILLON_LOG_FORMAT` says `text` or `json`; unsaid it is text in development and JSON in
/// production. JSON has `at`, `level`, `logger`, `thread`, `message`, the words that tie it to a
/// request (`correlationId`, `traceId`) and `fault`, a shortened stack trace.
///
/// Tokens and tickets are cut out of both, whoever logs them: the framework tells whole addresses
/// and headers at DEBUG and TRACE. Made by `logback.xml`; called by whoever logs, so it is guarded
/// by the appender's lock.
public final class LogLines extends EncoderBase<ILoggingEvent> {
    private static final String TEXT =
            "%d{HH:mm:ss.SSS} %-5level %-20.20logger{0} %msg%replace( [%X{correlationId}]){'"
                    + " \\[\\]', ''} %ex{12}";
    private static final Pattern BREAKS = Pattern.compile("[\\r\\n]+\\s*");

    /// What a secret looks like, and what of it may stay.
    private static final List<Pattern> SECRETS =
            List.of(
                    Pattern.compile("(?i)(\\b(?:ticket|token|access_token)=)[^&\\s\\]]+"),
                    Pattern.compile(
                            "(?i)(\"(?:ticket|token|access_token|device_key|secret|password)\"\\s*:\\s*\")[^\"]*"),
                    Pattern.compile("(?i)(\\bDevice-Key[\"']?[:=]\\s*\\[?)[^&\\s\\],]+"),
                    Pattern.compile("(?i)(\\bBearer:?\\s+)(?!error=)[\\w.~+/=-]{8,}"),
                    Pattern.compile("(\\beyJ[\\w-]{2})[\\w-]*\\.[\\w-]+\\.[\\w-]*"));

    private final PatternLayout layout = new PatternLayout();
    private final ThrowableProxyConverter faults = new ThrowableProxyConverter();
    private String format = "";
    private boolean json;

    /// @param format `text`, `json`, or empty for whichever suits the mode
    public void setFormat(String format) {
        this.format = format.strip();
    }

    @Override
    public void start() {
        layout.setContext(getContext());
        layout.setPattern(TEXT);
        layout.start();
        faults.setOptionList(List.of("12"));
        faults.start();
        json = format.isEmpty() ? !development() : !format.equals("text");
        super.start();
    }

    /// The log begins before there is a configuration to ask.
    private static boolean development() {
        return said("micronaut.environments", "MICRONAUT_ENVIRONMENTS").contains("development")
                || said("carillon.mode", "CARILLON_MODE").equals("development");
    }

    private static String said(String property, String variable) {
        var value = System.getProperty(property, System.getenv(variable));
        return value == null ? "" : value;
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = json ? json(event) : clean(layout.doLayout(event).strip());
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private String json(ILoggingEvent event) {
        var line = new StringBuilder(256).append('{');
        append(line, "at", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        append(line, "level", event.getLevel().toString());
        append(line, "logger", event.getLoggerName());
        append(line, "thread", event.getThreadName());
        append(line, "message", clean(event.getFormattedMessage()));
        new TreeMap<>(event.getMDCPropertyMap())
                .forEach((word, value) -> append(line, word, clean(value)));
        if (event.getThrowableProxy() != null) {
            append(line, "fault", clean(faults.convert(event).strip()));
        }
        return line.append('}').toString();
    }

    private static void append(StringBuilder line, String name, String value) {
        if (line.length() > 1) {
            line.append(',');
        }
        line.append('"').append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, line);
        line.append('"');
    }

    private static String clean(String text) {
        var cleaned = BREAKS.matcher(text).replaceAll(" | ");
        for (var secret : SECRETS) {
            cleaned = secret.matcher(cleaned).replaceAll("$1...");
        }
        return cleaned;
    }
}
