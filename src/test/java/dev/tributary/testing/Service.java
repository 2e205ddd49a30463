package dev.tributary.testing;

import static org.awaitility.Awaitility.await;

import dev.tributary.TributaryApplication;
import dev.tributary.testing.HttpIT.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** A service of the test's own, with settings and a database that it may break. */
public final class Service implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration START_MAX = Duration.ofMinutes(2);

    /** Of services in processes of their own. */
    private static final Path LOG = Path.of("target", "services.log").toAbsolutePath();

    private final Host host;
    private final PostgresServer database;
    private final String databaseUrl;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Service(Host host, PostgresServer database, String databaseUrl) {
        this.host = host;
        this.database = database;
        this.databaseUrl = databaseUrl;
    }

    /**
     * Starts one.
     *
     * @param settings such as {@code spring.datasource.hikari.maximum-pool-size=2}
     */
    public static Service on(PostgresServer database, String... settings) {
        return at(database, database.createDatabase(), settings);
    }

    /**
     * Starts one on a database that is there.
     *
     * @param url from {@link PostgresServer#createDatabase()}
     */
    public static Service at(PostgresServer database, String url, String... settings) {
        var context =
                SpringApplication.run(
                        TributaryApplication.class,
                        arguments(database, url, settings).toArray(String[]::new));
        return new Service(new Here(context), database, url);
    }

    /**
     * Starts one in a process of its own, to be killed or stopped; returns when it is ready.
     *
     * @param url from {@link PostgresServer#createDatabase()}
     */
    public static Service apart(PostgresServer database, String url, String... settings) {
        var service =
                new Service(
                        Apart.start(arguments(database, url, settings), PostgresServer.freePort()),
                        database,
                        url);
        await().atMost(START_MAX).until(service::isReady);
        return service;
    }

    private boolean isReady() {
        try {
            return get("/actuator/health/readiness").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Ends its process at once, by SIGKILL. */
    public void kill() {
        apart().kill();
    }

    /** Stops its process in the middle of whatever it does, until {@link #go}. */
    public void freeze() {
        apart().signal("STOP");
    }

    /** Lets its process go on. */
    public void go() {
        apart().signal("CONT");
    }

    private Apart apart() {
        return (Apart) host;
    }

    /** What its main method is given. */
    public static List<String> arguments(PostgresServer database, String url, String... settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.port=0");
        arguments.add("--spring.datasource.url=" + url);
        arguments.add("--spring.datasource.username=" + database.username());
        arguments.add("--spring.datasource.password=" + database.password());
        for (String setting : settings) {
            arguments.add("--" + setting);
        }
        return arguments;
    }

    /** A bean of it. */
    public <T> T bean(Class<T> type) {
        return ((Here) host).context().getBean(type);
    }

    /** A connection to its database that is none of its own. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(databaseUrl, database.username(), database.password());
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    public Answer put(String path, String json) {
        return send(request(path).PUT(BodyPublishers.ofString(json)));
    }

    public Answer post(String path, String json) {
        return send(request(path).POST(BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + path))
                .header("Content-Type", "application/json")
                .timeout(TIMEOUT);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    client.send(request.build(), BodyHandlers.ofByteArray());
            var mapper = JsonMapper.shared();
            boolean isJson =
                    response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Answer(
                    response.statusCode(),
                    isJson ? mapper.readTree(response.body()) : mapper.missingNode(),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        host.close();
    }

    /** What it runs in. */
    private sealed interface Host {
        int port();

        void close();
    }

    /** In this JVM. */
    private record Here(ConfigurableApplicationContext context) implements Host {
        @Override
        public int port() {
            return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** In a process of its own. */
    private record Apart(Process process, int port) implements Host {
        static Apart start(List<String> arguments, int port) {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-Xmx256m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    TributaryApplication.class.getName()));
            command.addAll(arguments);
            command.remove("--server.port=0");
            command.add("--server.port=" + port);
            try {
                return new Apart(
                        new ProcessBuilder(command)
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start(),
                        port);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void kill() {
            process.destroyForcibly();
            await().atMost(START_MAX).until(() -> !process.isAlive());
        }

        void signal(String name) {
            try {
                int exit =
                        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                                .start()
                                .waitFor();
                if (exit != 0) {
                    throw new IllegalStateException("no signal reaches " + process);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void close() {
            kill();
        }
    }
}
