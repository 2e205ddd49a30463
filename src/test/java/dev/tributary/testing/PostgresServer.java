package dev.tributary.testing;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.model.PortBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real PostgreSQL with pgvector for tests: a container where a Docker engine answers, else a
 * private cluster by {@code scripts/postgres}. Where there is neither, tests fail.
 *
 * <p>It listens on loopback only, holds nothing but an empty database {@code tributary}, and ends
 * with the test JVM, however that ends. Thread-safe, but for {@link #kill()}, {@link #start()} and
 * {@link #close()}.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String USER = "tributary";

    private static @Nullable PostgresServer shared;

    private final Host host;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer(boolean durable) {
        port = freePort();
        host =
                DockerClientFactory.instance().isDockerAvailable()
                        ? new Container(port, durable)
                        : new Cluster(port, durable);
        host.start();
    }

    /**
     * The one server of this JVM: fast, as it forgets its data in a crash of the machine. Nobody
     * stops it.
     */
    public static synchronized PostgresServer shared() {
        if (shared == null) {
            shared = new PostgresServer(false);
        }
        return shared;
    }

    /** A server of the caller's own, to be killed; it keeps what it acknowledged. */
    public static PostgresServer own() {
        return new PostgresServer(true);
    }

    /** Makes an empty database, without the extension, and returns its JDBC URL. */
    public String createDatabase() {
        var name = "test_" + databases.incrementAndGet();
        try (var connection = DriverManager.getConnection(jdbcUrl(), username(), password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("no database could be made on " + jdbcUrl(), e);
        }
        return jdbcUrl(port, name);
    }

    /** The URL of the database that is there from the start. */
    public String jdbcUrl() {
        return jdbcUrl(port, USER);
    }

    private static String jdbcUrl(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A superuser. */
    public String username() {
        return USER;
    }

    public String password() {
        return USER;
    }

    /** Ends the server at once, as a crash does. The data stays for {@link #start()}. */
    public void kill() {
        host.kill();
    }

    /**
     * Starts the server after {@link #kill()}, on the same port and with its data; returns when it
     * answers.
     */
    public void start() {
        host.start();
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        host.close();
    }

    /**
     * Returns a port below those from which outgoing connections are made: there a client that
     * tries again and again while the server is down may take its port, or connect to itself.
     */
    static int freePort() {
        for (int attempt = 1; attempt <= 50; attempt++) {
            var port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IllegalStateException("no free port from 20000 to 29999");
    }

    /** What the server runs in. */
    private sealed interface Host {

        /** Returns when connections are answered. */
        void start();

        void kill();

        void close();
    }

    /** A private cluster below {@code target}. */
    private static final class Cluster implements Host {

        private static final Path SCRIPT = Path.of("scripts", "postgres").toAbsolutePath();
        private static final Path PARENT = Path.of("target").toAbsolutePath();
        private static final AtomicInteger CLUSTERS = new AtomicInteger();

        private final String directory;
        private final int port;
        private final Map<String, String> settings;
        private final Process warden;

        Cluster(int port, boolean durable) {
            var number = CLUSTERS.incrementAndGet();
            if (number == 1) {
                dropStale();
            }
            this.port = port;
            directory =
                    PARENT.resolve("postgres-" + ProcessHandle.current().pid() + "-" + number)
                            .toString();
            settings =
                    Map.of(
                            "TRIBUTARY_PG_SHARED_BUFFERS",
                            "128MB",
                            "TRIBUTARY_PG_FSYNC",
                            durable ? "on" : "off");
            warden = warden(directory);
        }

        /** Drops what is left of test JVMs that were killed together with their wardens. */
        private static void dropStale() {
            try (var clusters = Files.newDirectoryStream(PARENT, "postgres-*-*")) {
                for (var cluster : clusters) {
                    var pid = Long.parseLong(cluster.getFileName().toString().split("-", -1)[1]);
                    if (ProcessHandle.of(pid).isEmpty()) {
                        run(Map.of(), "drop", cluster.toString());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Starts a process that drops the cluster when its standard input ends. That is the end of
         * this JVM too, even by a signal that no shutdown hook lives to see.
         */
        private static Process warden(String directory) {
            try {
                return new ProcessBuilder(
                                "bash",
                                "-c",
                                "trap '' INT TERM HUP; cat; exec \"$0\" drop \"$1\"",
                                SCRIPT.toString(),
                                directory)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void start() {
            run(settings, "start", directory, Integer.toString(port));
        }

        @Override
        public void kill() {
            run(settings, "stop", directory, "immediate");
        }

        @Override
        public void close() {
            try {
                warden.getOutputStream().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            await(warden);
        }

        private static void run(Map<String, String> settings, String... arguments) {
            try {
                var output = Files.createTempFile("postgres", ".log");
                var builder = new ProcessBuilder(SCRIPT.toString());
                builder.command().addAll(List.of(arguments));
                builder.environment().putAll(settings);
                var exit =
                        await(
                                builder.redirectErrorStream(true)
                                        .redirectOutput(output.toFile())
                                        .start());
                var said = Files.readString(output);
                Files.delete(output);
                if (exit != 0) {
                    throw new IllegalStateException(
                            "tests need a Docker engine, or PostgreSQL with pgvector: run 'scripts/postgres provide'; "
                                    + builder.command()
                                    + " said: "
                                    + said);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int await(Process process) {
            try {
                if (process.waitFor(3, TimeUnit.MINUTES)) {
                    return process.exitValue();
                }
                throw new IllegalStateException(process.info() + " does not end");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** A container, which Testcontainers' own warden removes after the JVM. */
    private static final class Container implements Host {

        private static final DockerImageName IMAGE =
                DockerImageName.parse("pgvector/pgvector:0.8.6-pg17-bookworm")
                        .asCompatibleSubstituteFor("postgres");

        private final int port;
        private final PostgreSQLContainer container;

        @SuppressWarnings("resource") // ends in close()
        Container(int port, boolean durable) {
            this.port = port;
            // A port that Docker chooses would be another one after a kill and a start, and open to
            // the network.
            var binding =
                    PortBinding.parse(
                            "127.0.0.1:" + port + ":" + PostgreSQLContainer.POSTGRESQL_PORT);
            container =
                    new PostgreSQLContainer(IMAGE)
                            .withDatabaseName(USER)
                            .withUsername(USER)
                            .withPassword(USER)
                            .withSharedMemorySize(256L << 20)
                            .withCommand("postgres", "-c", "fsync=" + (durable ? "on" : "off"))
                            .withCreateContainerCmdModifier(command ->
                                    requireNonNull(command.getHostConfig())
                                            .withPortBindings(binding));
        }

        @Override
        public void start() {
            if (container.getContainerId() == null) {
                container.start();
                return;
            }
            container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
            awaitAnswer();
        }

        private void awaitAnswer() {
            var url = jdbcUrl(port, USER);
            for (int attempt = 1; attempt <= 300; attempt++) {
                try {
                    DriverManager.getConnection(url, USER, USER).close();
                    return;
                } catch (SQLException e) {
                    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                }
            }
            throw new IllegalStateException("PostgreSQL does not answer on " + url);
        }

        @Override
        public void kill() {
            container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
        }

        @Override
        public void close() {
            container.stop();
        }
    }
}
