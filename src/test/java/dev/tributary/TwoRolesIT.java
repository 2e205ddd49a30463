package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.PostgresServer;
import dev.tributary.testing.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Collections;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** The service's own role has only the rights that the page on the database names. */
class TwoRolesIT {
    private static final Pattern RIGHTS =
            Pattern.compile(
                    "needs only `([A-Z, ]+)` on\\s+(.*?), and `([A-Z, ]+)` on (.*?); partitions",
                    Pattern.DOTALL);

    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.createDatabase();

    @Test
    void aRoleThatOwnsNothingWritesAndSearches() throws Exception {
        migrate();
        grant();
        String embedding = String.join(",", Collections.nCopies(384, "0.5"));
        try (var service =
                Service.at(
                        server,
                        url,
                        "spring.flyway.user=" + server.username(),
                        "spring.flyway.password=" + server.password(),
                        "spring.datasource.hikari.username=plain",
                        "tributary.indexing.check-interval=100ms")) {
            requireOk(service.put("/collections/c", "{\"model\": \"all-minilm-l6-v2\"}"));
            requireOk(
                    service.put(
                            "/collections/c/chunks",
                            """
                            {"chunks": [{"source_id": "a", "content": "one", "embedding": [%1$s]},
                                        {"source_id": "b", "content": "two", "embedding": [%1$s]}]}
                            """
                                    .formatted(embedding)));
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            service.get("/collections/c")
                                    .body()
                                    .at("/index/state")
                                    .asString()
                                    .equals("ready"));
            requireOk(service.put("/collections/c/documents/d", "{\"content\": \"Three.\"}"));
            requireOk(service.post("/collections/c/chunks/delete", "{\"source_id\": \"b\"}"));
            Answer found =
                    service.post(
                            "/search",
                            "{\"collection\": \"c\", \"embedding\": [%s]}".formatted(embedding));

            requireOk(found);
            assertThat(found.body().path("results").findValuesAsString("source_id"))
                    .containsExactlyInAnyOrder("a", "d");
            assertThat(service.delete("/collections/c").status()).isBetween(200, 204);
        }
    }

    private static void requireOk(Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
    }

    private void migrate() {
        Flyway.configure().dataSource(url, server.username(), server.password()).load().migrate();
    }

    private void grant() throws Exception {
        MatchResult rights =
                RIGHTS.matcher(Files.readString(Path.of("docs/database.md")))
                        .results()
                        .findFirst()
                        .get();
        try (var connection =
                        DriverManager.getConnection(url, server.username(), server.password());
                var statement = connection.createStatement()) {
            // Of all databases of the server.
            statement.execute(
                    """
                    DO $$ BEGIN CREATE ROLE plain LOGIN PASSWORD '%s';
                    EXCEPTION WHEN duplicate_object THEN NULL; END $$
                    """
                            .formatted(server.password()));
            for (int i = 1; i < 4; i += 2) {
                String tables =
                        rights.group(i + 1).replaceAll("`", "").replaceAll("\\s+and\\s+", ", ");
                statement.execute("GRANT " + rights.group(i) + " ON " + tables + " TO plain");
            }
        }
    }
}
