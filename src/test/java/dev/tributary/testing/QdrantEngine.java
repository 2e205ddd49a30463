package dev.tributary.testing;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.qdrant.QdrantContainer;

/**
 * A Qdrant for tests: the server that {@code TRIBUTARY_TEST_QDRANT} names, else a container where a
 * Docker engine answers, else Qdrant's engine in process behind a test server of our own, by {@code
 * scripts/qdrant-engine}. Only the first two are servers: see {@link #isServer()}.
 *
 * <p>Collections in it are named by the test that makes them, and deleted by it. Thread-safe, but
 * for {@link #kill()}, {@link #start()} and {@link #close()}.
 */
public final class QdrantEngine implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private static @Nullable QdrantEngine shared;

    private final Host host;

    private QdrantEngine(Host host) {
        this.host = host;
        host.start();
    }

    /** The one Qdrant of this JVM. Nobody stops it. */
    public static synchronized QdrantEngine shared() {
        if (shared == null) {
            shared = new QdrantEngine(choose());
        }
        return shared;
    }

    private static Host choose() {
        String given = System.getenv("TRIBUTARY_TEST_QDRANT");
        if (given != null && !given.isEmpty()) {
            return Given.parse(given, System.getenv("TRIBUTARY_TEST_QDRANT_KEY"));
        }
        return DockerClientFactory.instance().isDockerAvailable()
                ? new Container()
                : new Engine(PostgresServer.freePort(), List.of());
    }

    /**
     * Starts an engine of the caller's own, in process even where there is a server.
     *
     * @param arguments as {@code scripts/qdrant-engine run} takes them: {@code --data} keeps the
     *     data over {@link #kill()} and {@link #start()}, {@code --delay-ms} answers late
     */
    public static QdrantEngine own(String... arguments) {
        return new QdrantEngine(new Engine(PostgresServer.freePort(), List.of(arguments)));
    }

    /** Is it a Qdrant server, with the defaults, the background work and the keys of one? */
    public boolean isServer() {
        return !(host instanceof Engine);
    }

    public String host() {
        return host.name();
    }

    /** Of its gRPC. */
    public int port() {
        return host.port();
    }

    /** The API key that it asks for, or null if it asks for none. */
    public @Nullable String key() {
        return host.key();
    }

    /** Makes a client, to be closed by the caller. */
    public QdrantClient client() {
        var builder =
                QdrantGrpcClient.newBuilder(host(), port(), false, false)
                        .withTimeout(Duration.ofMinutes(1));
        String key = key();
        if (key != null) {
            builder.withApiKey(key);
        }
        return new QdrantClient(builder.build());
    }

    /** Ends it at once, as a crash does. */
    public void kill() {
        host.kill();
    }

    /** Starts it after {@link #kill()}, on the same port; returns when it answers. */
    public void start() {
        host.start();
    }

    /** Ends it; what is not in a folder of the caller's is deleted. */
    @Override
    public void close() {
        host.close();
    }

    /** What it runs in. */
    private sealed interface Host {
        default String name() {
            return LOOPBACK;
        }

        int port();

        default @Nullable String key() {
            return null;
        }

        /** Returns when calls are answered. */
        void start();

        void kill();

        void close();
    }

    /** A server that others run. */
    private record Given(String name, int port, @Nullable String key) implements Host {
        static Given parse(String address, @Nullable String key) {
            int colon = address.lastIndexOf(':');
            if (colon < 1) {
                throw new IllegalStateException(
                        "TRIBUTARY_TEST_QDRANT must be host:port of a Qdrant's gRPC, not "
                                + address);
            }
            return new Given(
                    address.substring(0, colon),
                    Integer.parseInt(address.substring(colon + 1)),
                    key == null || key.isEmpty() ? null : key);
        }

        @Override
        public void start() {
            // It runs.
        }

        @Override
        public void kill() {
            throw new UnsupportedOperationException("it is not ours");
        }

        @Override
        public void close() {
            // It goes on.
        }
    }

    /** A container, which Testcontainers' own warden removes after the JVM. */
    private static final class Container implements Host {
        private static final String IMAGE = "qdrant/qdrant:v1.18.3";
        private static final int HTTP_PORT = 6333;
        private static final int GRPC_PORT = 6334;

        @SuppressWarnings("resource") // ends in close()
        private final QdrantContainer container =
                new QdrantContainer(IMAGE)
                        .withCreateContainerCmdModifier(command ->
                                requireNonNull(command.getHostConfig())
                                        .withPortBindings(
                                                onLoopback(HTTP_PORT), onLoopback(GRPC_PORT)));

        /** On a port that Docker chooses. */
        private static PortBinding onLoopback(int port) {
            return new PortBinding(Ports.Binding.bindIp(LOOPBACK), ExposedPort.tcp(port));
        }

        @Override
        public int port() {
            return container.getMappedPort(GRPC_PORT);
        }

        @Override
        public void start() {
            container.start();
        }

        @Override
        public void kill() {
            throw new UnsupportedOperationException("it is shared");
        }

        @Override
        public void close() {
            container.stop();
        }
    }

    /** Qdrant's engine in a process, which ends when its standard input does. */
    private static final class Engine implements Host {
        private static final Path SCRIPT = Path.of("scripts", "qdrant-engine").toAbsolutePath();
        private static final Path LOG = Path.of("target", "qdrant-engine.log").toAbsolutePath();

        private final int port;
        private final List<String> command;
        private @Nullable Process process;

        Engine(int port, List<String> arguments) {
            this.port = port;
            command = new ArrayList<>(List.of(SCRIPT.toString(), "run", "--port", "" + port));
            command.addAll(arguments);
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        @SuppressWarnings("resource") // its output ends with it
        public void start() {
            try {
                Process started =
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                                .start();
                process = started;
                String line = started.inputReader().readLine();
                if (!("ready " + port).equals(line)) {
                    throw new IllegalStateException(
                            "no test engine: run 'scripts/qdrant-engine provide', or see " + LOG);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void kill() {
            requireNonNull(process).destroyForcibly();
            await();
        }

        @Override
        public void close() {
            requireNonNull(process).destroy();
            await();
        }

        private void await() {
            try {
                if (!requireNonNull(process).waitFor(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException(command + " does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
