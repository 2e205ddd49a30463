package dev.tributary.testing;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A test that fills collections of its own over HTTP and searches them. */
public abstract class CollectionsIT extends HttpIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Makes a collection that no other test knows, and returns its name. */
    protected String create(String spec) {
        String name =
                getClass().getSimpleName().toLowerCase(Locale.ROOT)
                        + "-"
                        + NUMBER.incrementAndGet();
        Answer answer = put("/collections/" + name, spec);
        if (answer.status() != 201) {
            throw new IllegalStateException(name + " was not created: " + answer.body());
        }
        return name;
    }

    /** Puts chunks, each given as JSON. */
    protected Answer putChunks(String collection, String... chunks) {
        return put(
                "/collections/" + collection + "/chunks",
                "{\"chunks\": [" + String.join(",", chunks) + "]}");
    }

    /** How many chunks there are. */
    protected long count(String collection) {
        return count(collection, "{}");
    }

    /** How many chunks match a filter. */
    protected long count(String collection, String filter) {
        Answer answer =
                post("/collections/" + collection + "/count", "{\"filter\": " + filter + "}");
        if (answer.status() != 200) {
            throw new IllegalStateException("no count: " + answer.body());
        }
        return answer.body().path("count").asLong();
    }

    /** Searches; the fields are those of the request but for the collection. */
    protected Answer search(String collection, String fields) {
        return post("/search", "{\"collection\": \"" + collection + "\", " + fields + "}");
    }

    /** Searches both legs; the fields are those of the request but for the collection. */
    protected Answer hybrid(String collection, String fields) {
        return post("/search/hybrid", "{\"collection\": \"" + collection + "\", " + fields + "}");
    }

    /** The sources of the results, in order. */
    protected static List<String> sources(Answer answer) {
        return texts(answer.body().path("results"), "source_id");
    }

    /** One text field of each element. */
    protected static List<String> texts(JsonNode array, String field) {
        return array.valueStream().map(node -> node.path(field).asString()).toList();
    }

    protected static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** A value as a JSON string, quotes included. */
    protected static String quote(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }
}
