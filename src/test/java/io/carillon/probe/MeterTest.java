package io.carillon.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the probe reads, and what it measures.
@Tag("B3")
class MeterTest {
    private static final int RATE = 8_000;

    /// One second of a tone: amplitude 0.5 left, 0.25 right.
    private static byte[] tone(Pcm.Encoding encoding, int channels) {
        var bytes =
                ByteBuffer.allocate(RATE * channels * encoding.bytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (var frame = 0; frame < RATE; frame++) {
            var wave = Math.sin(2 * Math.PI * 440 * frame / RATE);
            for (var channel = 0; channel < channels; channel++) {
                put(bytes, encoding, wave * (channel == 0 ? 0.5 : 0.25));
            }
        }
        return bytes.array();
    }

    private static void put(ByteBuffer bytes, Pcm.Encoding encoding, double value) {
        switch (encoding) {
            case U8 -> bytes.put((byte) (Math.round(value * 127) + 128));
            case S16LE -> bytes.putShort((short) Math.round(value * 32_767));
            case S24LE -> {
                var number = Math.round(value * 8_388_607);
                bytes.put((byte) number).put((byte) (number >> 8)).put((byte) (number >> 16));
            }
            case S32LE -> bytes.putInt((int) Math.round(value * 2_147_483_647.0));
            case F32LE -> bytes.putFloat((float) value);
            case F64LE -> bytes.putDouble(value);
        }
    }

    private static byte[] wav(int tag, int bits, int channels, long length, byte[] samples) {
        var head = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
        head.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        head.put("WAVELIST".getBytes(StandardCharsets.US_ASCII)).putInt(3).putInt(0);
        head.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        head.putShort((short) tag).putShort((short) channels).putInt(RATE);
        head.putInt(RATE * channels * bits / 8).putShort((short) (channels * bits / 8));
        head.putShort((short) bits).put("data".getBytes(StandardCharsets.US_ASCII));
        head.putInt((int) length);
        var file = new ByteArrayOutputStream();
        file.write(head.array(), 0, head.position());
        file.writeBytes(samples);
        file.writeBytes("behind".getBytes(StandardCharsets.US_ASCII));
        return file.toByteArray();
    }

    private static List<Window> windows(InputStream in) throws IOException {
        var head = Wav.read(in);
        var meter = new Meter(in, head.format(), head.bytes(), 100);
        var windows = new ArrayList<Window>();
        for (var window = meter.next(); window != null; window = meter.next()) {
            windows.add(window);
        }
        return windows;
    }

    @ParameterizedTest
    @EnumSource(Pcm.Encoding.class)
    void everyEncodingMeasuresTheSame(Pcm.Encoding encoding) throws IOException {
        var floating = encoding == Pcm.Encoding.F32LE || encoding == Pcm.Encoding.F64LE;
        for (var channels = 1; channels <= 3; channels++) {
            var samples = tone(encoding, channels);
            var file = wav(floating ? 3 : 1, encoding.bytes * 8, channels, samples.length, samples);
            var windows = windows(new ByteArrayInputStream(file));
            assertThat(windows).hasSize(10);
            for (var window : windows) {
                // RMS of a sine is 3.01 dB below its peak; 0.5 is -6.02 dBFS.
                var near = within(encoding == Pcm.Encoding.U8 ? 0.4 : 0.05);
                assertThat(window.left()).isCloseTo(-9.03, near);
                assertThat(window.peakLeft()).isCloseTo(-6.02, near);
                assertThat(window.right()).isCloseTo(channels == 1 ? -9.03 : -15.05, near);
                assertThat(window.peakRight()).isCloseTo(channels == 1 ? -6.02 : -12.04, near);
                assertThat(window.clipped()).isZero();
            }
        }
    }

    @Test
    void whoDoesNotKnowTheLengthWritesNoneOrTheLargest() throws IOException {
        var samples = tone(Pcm.Encoding.S16LE, 1);
        for (var length : new long[] {0, 0xffff_ffffL}) {
            var file = wav(1, 16, 1, length, samples);
            // Whatever is behind counts as samples then: it is less than half a window.
            assertThat(windows(new ByteArrayInputStream(file))).hasSize(10);
        }
    }

    @Test
    void theExtensibleFormatSaysItsOwn() throws IOException {
        var samples = tone(Pcm.Encoding.S24LE, 2);
        var head = ByteBuffer.allocate(68).order(ByteOrder.LITTLE_ENDIAN);
        head.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        head.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(40);
        head.putShort((short) 0xfffe).putShort((short) 2).putInt(RATE).putInt(RATE * 6);
        head.putShort((short) 6).putShort((short) 24).putShort((short) 22).putShort((short) 24);
        head.putInt(3).putShort((short) 1).put(new byte[14]);
        head.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples.length);
        var file = new ByteArrayOutputStream();
        file.writeBytes(head.array());
        file.writeBytes(samples);
        assertThat(windows(new ByteArrayInputStream(file.toByteArray()))).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource({
        "OggS, this is no WAV",
        "'RIFF1234AVI ', no WAVE",
        "RIFF1234WAVEdata12, ends before its samples",
        "RIFF1234WAVEdata1234, samples before their format",
        "RIFF12, ends before",
        "'', ends before"
    })
    void whatIsNoWavIsRefusedWithWhatToDo(String text, String why) {
        var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Wav.read(in))
                .isInstanceOf(UnreadableSound.class)
                .hasMessageContaining(why);
    }

    @Test
    void aRateThatAWindowDoesNotDivideDoesNotDrift() throws IOException {
        var format = new Pcm(Pcm.Encoding.U8, 11_025, 1);
        var silence = new byte[11_025 * 60];
        java.util.Arrays.fill(silence, (byte) 128);
        var meter = new Meter(new ByteArrayInputStream(silence), format, -1, 70);
        var count = 0;
        for (var window = meter.next(); window != null; window = meter.next()) {
            assertThat(window.left()).isEqualTo(-120);
            count++;
        }
        assertThat(count).isEqualTo(857);
    }

    @Test
    @Tag("B3")
    void theSampleMeasuresWhatItSays() throws IOException {
        var windows = windows(new ByteArrayInputStream(SampleSound.wav()));
        assertThat(windows).hasSize(SampleSound.seconds() * 10);
        var number = 0;
        for (var part : SampleSound.PARTS) {
            for (var count = 0; count < part.seconds() * 10; count++) {
                var window = windows.get(number++);
                assertThat(window.clipped() > 100).as(part.name()).isEqualTo(part.clipped());
                if (part.clipped()) {
                    assertThat(window.peakLeft()).isCloseTo(0, within(0.01));
                } else {
                    var level = Math.max(-120, part.level());
                    assertThat(window.left()).as(part.name()).isCloseTo(level, within(0.1));
                }
            }
        }
        assertThat(SampleSound.wav()).isEqualTo(SampleSound.wav());
    }

    private static String ran(int code, InputStream in, String... args)
            throws InterruptedException {
        var out = new ByteArrayOutputStream();
        var print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(Probe.run(args, Map.of(), in, print, print)).as(out.toString()).isEqualTo(code);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theProgramReadsStandardInputAndPrintsWindows() throws InterruptedException {
        var options = new String[] {"--dry", "--speed", "0", "--start", "2026-11-21T05:00:00Z"};
        var out = ran(0, new ByteArrayInputStream(SampleSound.wav()), options);
        var lines = out.lines().toList();
        assertThat(lines).hasSize(SampleSound.seconds() * 10);
        assertThat(lines.get(1))
                .isEqualTo(
                        "2026-11-21T05:00:00.100Z {\"left\":-20.0,\"right\":-20.0,"
                                + "\"peakLeft\":-14.4,\"peakRight\":-14.4,\"clipped\":0}");
        var raw =
                ran(
                        0,
                        new ByteArrayInputStream(SampleSound.raw()),
                        "--dry",
                        "--speed",
                        "0",
                        "--start",
                        "2026-11-21T05:00:00Z",
                        "--raw",
                        "s16le",
                        "--rate",
                        "16000",
                        "--channels",
                        "1",
                        "-");
        assertThat(raw).isEqualTo(out);
    }

    @Test
    void theProgramSaysWhatIsWrongWithItsCall() throws InterruptedException {
        assertThat(ran(0, InputStream.nullInputStream(), "--help")).contains("--token-file");
        assertThat(ran(1, InputStream.nullInputStream(), "--sample")).contains("--studio");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--quick"))
                .contains("no option --quick");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--window"))
                .contains("needs a value");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--window", "3"))
                .contains("10 to 1000");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--speed", "-1"))
                .contains("--speed");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--start", "now"))
                .contains("2026-");
        assertThat(ran(1, InputStream.nullInputStream(), "--server", "tower")).contains("ws://");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--raw", "mp3"))
                .contains("s16le");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "/nowhere.wav"))
                .contains("cannot read");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry")).contains("ends before");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "a", "b")).contains("one sound");
        assertThat(ran(1, InputStream.nullInputStream(), "--dry", "--loop", "--raw", "u8"))
                .contains("nothing to play");
    }
}
