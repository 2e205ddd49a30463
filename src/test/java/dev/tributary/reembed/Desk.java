package dev.tributary.reembed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.testing.HttpIT.Answer;
import dev.tributary.testing.Service;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the tests of re-embedding do with a service. */
record Desk(Service service) {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Makes a collection of the model {@code small} with so many chunks. */
    void fill(String collection, int chunks) {
        Answer made =
                service.put(
                        "/collections/" + collection,
                        "{\"model\": \"small\", \"dimension\": 3, \"metadata\": {\"owner\": \"us\"}}");
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        for (int from = 0; from < chunks; from += 500) {
            List<String> some =
                    IntStream.range(from, Math.min(chunks, from + 500))
                            .mapToObj(i -> chunk("s" + i, 0, "text " + i + " of " + collection))
                            .toList();
            put(collection, some);
        }
    }

    static String chunk(String source, int index, String content) {
        return """
        {"source_id": "%s", "chunk_index": %d, "content": "%s", "metadata": {"title": "%s"}}
        """
                .formatted(source, index, content, source);
    }

    void put(String collection, List<String> chunks) {
        Answer answer =
                service.put(
                        "/collections/" + collection + "/chunks",
                        "{\"chunks\": [" + String.join(",", chunks) + "]}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.body().path("failed").asInt()).as("%s", answer.body()).isZero();
    }

    void alias(String alias, String collection) {
        assertThat(
                        service.put("/aliases/" + alias, "{\"collection\": \"" + collection + "\"}")
                                .status())
                .isIn(200, 201);
    }

    Answer ask(String collection, String body) {
        return service.post("/collections/" + collection + "/reembed", body);
    }

    /** Begins to re-embed with the model {@code large}. */
    UUID begin(String collection) {
        return begin(collection, "large");
    }

    UUID begin(String collection, String model) {
        Answer answer = ask(collection, "{\"model\": \"" + model + "\"}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return UUID.fromString(answer.body().path("id").asString());
    }

    JsonNode job(UUID id) {
        return service.get("/jobs/" + id).body();
    }

    /** Waits for the end of a job, and returns it. */
    JsonNode end(UUID id) {
        await().atMost(PATIENCE)
                .until(() ->
                        List.of("succeeded", "failed", "cancelled")
                                .contains(job(id).path("status").asString()));
        return job(id);
    }

    JsonNode succeeded(UUID id) {
        JsonNode job = end(id);
        assertThat(job.path("status").asString()).as("%s", job).isEqualTo("succeeded");
        return job;
    }

    /** The name of the collection that a name leads to. */
    String resolve(String name) {
        return service.get("/collections/" + name).body().path("name").asString();
    }

    /** Every chunk of a collection, by id. */
    Map<String, JsonNode> chunks(String collection) {
        Map<String, JsonNode> chunks = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page =
                    service.get(
                                    "/collections/"
                                            + collection
                                            + "/chunks?limit=1000&include=content,metadata,embedding"
                                            + cursor)
                            .body();
            page.path("chunks").forEach(chunk -> chunks.put(chunk.path("id").asString(), chunk));
            cursor =
                    page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asString() : "";
        } while (!cursor.isEmpty());
        return chunks;
    }

    /** The contents of a collection, by source and index. */
    Map<String, String> contents(String collection) {
        Map<String, String> contents = new TreeMap<>();
        chunks(collection)
                .values()
                .forEach(chunk ->
                        contents.put(
                                chunk.path("source_id").asString()
                                        + "#"
                                        + chunk.path("chunk_index").asInt(),
                                chunk.path("content").asString()));
        return contents;
    }

    /**
     * Asserts that each chunk has the embedding that the model {@code large} makes of its content.
     */
    static void requireLarge(Map<String, JsonNode> chunks) {
        chunks.values()
                .forEach(chunk -> {
                    float[] embedding =
                            JsonMapper.shared().treeToValue(chunk.path("embedding"), float[].class);
                    assertThat(embedding)
                            .as("%s", chunk.path("content"))
                            .containsExactly(TextServer.large(chunk.path("content").asString()));
                });
    }

    /** Whether writers wait for a switch, or with {@code isGranted} false it for them. */
    boolean isLocked(boolean isGranted) {
        String sql =
                """
                SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
                WHERE locktype = 'advisory' AND datname = current_database()
                  AND classid::bigint = hashtext('chunk change')::bigint & 4294967295
                  AND mode = 'ExclusiveLock' AND granted = %s
                """
                        .formatted(isGranted);
        return count(sql) > 0;
    }

    /** How many triggers of this feature, and rows of its tables, are left. */
    List<Long> leftovers() {
        return List.of(
                count(
                        "SELECT count(*) FROM pg_trigger WHERE tgname IN ('note_change', 'take_turn')"),
                count("SELECT count(*) FROM reembed"),
                count("SELECT count(*) FROM chunk_change"));
    }

    private long count(String sql) {
        try (var connection = service.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitNoLeftovers() {
        await().atMost(PATIENCE).until(() -> leftovers().equals(List.of(0L, 0L, 0L)));
    }
}
