package io.carillon.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

class PostgresBinariesTest {
    @Test
    void thoseThatStartTogetherOnANewMachineHaveTheSamePrograms(@TempDir Path folder)
            throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            Callable<Path> unpack = () -> PostgresBinaries.unpack(folder);
            var one = threads.submit(unpack);
            var other = threads.submit(unpack);

            assertThat(one.get()).isEqualTo(other.get());
            assertThat(one.get().resolve("bin/postgres")).isExecutable();
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).hasSize(1);
        }
    }
}
