package io.carillon.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;

/// The embedded Postgres as a process of its own, for several nodes on one machine
/// (`infra/cluster`): a node that brought its own along would take it with it when it goes.
///
/// `LocalPostgres <folder> <binaries> <file>`: starts what lies in the folder, writes the settings
/// that nodes need to the file (shell assignments, mode 600), and runs until it is told to stop.
public final class LocalPostgres {
    private LocalPostgres() {}

    /// @param args folder, folder of the programs, file
    public static void main(String[] args) throws IOException, InterruptedException {
        var postgres = new EmbeddedPostgres(new EmbeddedConfig(args[0], args[1], 0, true));
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            postgres.stop();
                            stopped.countDown();
                        }));
        postgres.start();
        var login = postgres.login();
        var file = Path.of(args[2]);
        var fresh =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        ".postgres",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                fresh,
                """
                export CARILLON_DATABASE_URL=postgresql://127.0.0.1:%d/%s
                export CARILLON_DATABASE_USER=%s
                export CARILLON_DATABASE_PASSWORD=%s
                """
                        .formatted(
                                postgres.port(),
                                EmbeddedPostgres.DATABASE,
                                login.user(),
                                login.password()));
        Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        System.out.println(postgres.psqlLine());
        stopped.await();
    }
}
