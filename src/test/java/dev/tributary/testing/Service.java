package dev.tributary.testing;

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

    private final ConfigurableApplicationContext context;
    private final PostgresServer database;
    private final String databaseUrl;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Service(
            ConfigurableApplicationContext context, PostgresServer database, String databaseUrl) {
        this.context = context;
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
        return new Service(context, database, url);
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
        return context.getBean(type);
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
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
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
        client.close();
        context.close();
    }
}
