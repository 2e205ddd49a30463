package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.testing.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class StartFailureIT {
    /** Started before the output of a test is looked at. */
    private static final PostgresServer SERVER = PostgresServer.shared();

    @Test
    void aDatabaseThatIsAway(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "the database at jdbc:postgresql://127.0.0.1:1/none does not answer",
                "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none",
                "--spring.datasource.hikari.connection-timeout=500");
    }

    @Test
    void aDatabaseThatDoesNotExist(CapturedOutput output) {
        String url = SERVER.jdbcUrl().replaceFirst("/[^/]+$", "/absent");

        assertFailsInOneLine(
                output,
                "the database at " + url + " does not exist",
                "--spring.datasource.url=" + url,
                "--spring.datasource.hikari.connection-timeout=500");
    }

    @Test
    void aPgvectorThatIsTooOld(CapturedOutput output) throws SQLException {
        String url = SERVER.createDatabase();
        Flyway.configure().dataSource(url, SERVER.username(), SERVER.password()).load().migrate();
        try (var connection =
                        DriverManager.getConnection(url, SERVER.username(), SERVER.password());
                var statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE pg_extension SET extversion = '0.4.4' WHERE extname = 'vector'");
        }

        assertFailsInOneLine(
                output,
                "pgvector 0.4.4 is too old, must be 0.7.0 or newer -> install a newer pgvector",
                "--spring.datasource.url=" + url);
    }

    @Test
    void anAddressOnTheNetwork(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "server.address is 0.0.0.0, which is not loopback",
                "--server.address=0.0.0.0",
                "--spring.datasource.url=" + SERVER.createDatabase());
    }

    @Test
    void aPortThatIsTaken(CapturedOutput output) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFailsInOneLine(
                    output,
                    "Port " + taken.getLocalPort() + " was already in use",
                    "--server.port=" + taken.getLocalPort(),
                    "--spring.datasource.url=" + SERVER.createDatabase());
        }
    }

    @Test
    void aSettingThatIsOutOfRange(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "requestsMax",
                "--tributary.web.requests-max=0",
                "--spring.datasource.url=" + SERVER.createDatabase());
    }

    @Test
    void aRerankerThatIsNotThere(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "reranker minilm cannot be loaded: /absent/model.onnx does not exist, or cannot be"
                        + " read -> set tributary.rerank.models.minilm.folder",
                "--tributary.rerank.models.minilm.type=onnx",
                "--tributary.rerank.models.minilm.folder=/absent",
                "--spring.datasource.url=" + SERVER.createDatabase());
    }

    @Test
    void aRerankerWithoutAUrl(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "tributary.rerank.models.far.url is missing, type cohere needs it",
                "--tributary.rerank.models.far.type=cohere",
                "--spring.datasource.url=" + SERVER.createDatabase());
    }

    @Test
    void anEmbeddingModelThatIsNotThere(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "embedding model bge cannot be loaded: /absent/model.onnx does not exist, or cannot be"
                        + " read -> set tributary.embedding.models.bge.path",
                "--tributary.embedding.models.bge.path=/absent",
                "--spring.datasource.url=" + SERVER.createDatabase());
    }

    @Test
    void anEmbeddingModelOfNoKind(CapturedOutput output) {
        assertFailsInOneLine(
                output,
                "tributary.embedding.models.bge has neither path nor url, must have exactly one",
                "--tributary.embedding.models.bge.model=bge",
                "--spring.datasource.url=" + SERVER.createDatabase());
    }

    private static void assertFailsInOneLine(
            CapturedOutput output, String reason, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(settings));
        arguments.add("--spring.datasource.username=" + SERVER.username());
        arguments.add("--spring.datasource.password=" + SERVER.password());

        assertThatThrownBy(() ->
                        SpringApplication.run(
                                TributaryApplication.class, arguments.toArray(String[]::new)))
                .isNotNull();

        List<String> lines = output.getOut().lines().filter(it -> !it.isBlank()).toList();
        assertThat(lines.getLast()).contains("the service does not start: ").contains(reason);
        assertThat(lines).filteredOn(it -> it.contains(" ERROR [-] ")).hasSize(1);
        assertThat(lines).noneMatch(it -> it.startsWith("\tat "));
    }
}
