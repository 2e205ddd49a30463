package dev.tributary.document;

import dev.tributary.testing.CollectionsIT;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** Puts documents of any kind into a collection of its own, with the real model. */
abstract class FilesIT extends CollectionsIT {
    String collection = "";

    @BeforeAll
    void createCollection() {
        collection = create("{\"model\": \"all-minilm-l6-v2\"}");
    }

    String path(String sourceId) {
        return "/collections/" + collection + "/documents/" + sourceId;
    }

    Answer upload(String path, Form form) {
        return send(
                request(path)
                        .header("Content-Type", Form.CONTENT_TYPE)
                        .PUT(BodyPublishers.ofByteArray(form.toBytes())));
    }

    /** The chunks of a source, in order. */
    List<JsonNode> chunks(String sourceId) {
        Answer answer =
                post(
                        "/collections/" + collection + "/chunks/scroll",
                        "{\"filter\": {\"$source_id\": \"" + sourceId + "\"}, \"limit\": 1000}");
        return answer.body()
                .path("chunks")
                .valueStream()
                .sorted((a, b) ->
                        Integer.compare(
                                a.path("chunk_index").asInt(), b.path("chunk_index").asInt()))
                .toList();
    }
}
