import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Vectors to search a collection with.
 *
 * @param endpoint where it is
 * @param collection its name
 * @param all the questions, each asked in every way that is measured
 */
record Questions(Endpoint endpoint, String collection, List<Question> all) {
    private static final int PAGE = 1_000;

    /**
     * One vector.
     *
     * @param embedding in base64
     * @param own id of the chunk that has it, which does not count as a hit; empty if none has
     */
    record Question(String embedding, String own) {}

    static Questions of(Endpoint endpoint, String collection, Vectors vectors, int count) {
        return new Questions(
                endpoint,
                collection,
                IntStream.range(0, count)
                        .mapToObj(i -> new Question(Corpus.base64(vectors.query(i)), ""))
                        .toList());
    }

    /** The embeddings of the first chunks by id. */
    static Questions ofStored(Endpoint endpoint, String collection, int count) {
        List<Question> all = new ArrayList<>();
        Object cursor = "";
        while (cursor != null && all.size() < count) {
            String body =
                    Json.write(
                            cursor.equals("")
                                    ? Map.of("limit", PAGE, "include", List.of("embedding"))
                                    : Map.of(
                                            "limit",
                                            PAGE,
                                            "include",
                                            List.of("embedding"),
                                            "cursor",
                                            cursor));
            var page =
                    (Map<?, ?>)
                            Json.read(
                                    endpoint.call(
                                            "POST",
                                            "/collections/" + collection + "/chunks/scroll",
                                            body));
            for (Object chunk : (List<?>) page.get("chunks")) {
                if (((Map<?, ?>) chunk).get("embedding") instanceof List<?> embedding
                        && all.size() < count) {
                    all.add(
                            new Question(
                                    base64(embedding),
                                    String.valueOf(((Map<?, ?>) chunk).get("id"))));
                }
            }
            cursor = page.get("next_cursor");
        }
        return new Questions(endpoint, collection, List.copyOf(all));
    }

    private static String base64(List<?> components) {
        var vector = new float[components.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = ((Number) components.get(i)).floatValue();
        }
        return Corpus.base64(vector);
    }

    /**
     * A request for each question.
     *
     * @param params of the search, such as {@code {"ef_search": 40}}
     */
    List<byte[]> requests(Map<String, Object> params) {
        return all.stream()
                .map(it ->
                        endpoint.request(
                                "POST",
                                "/search",
                                Json.write(
                                        Map.of(
                                                "collection",
                                                collection,
                                                "embedding",
                                                it.embedding(),
                                                "top_k",
                                                RecallSettings.TOP_K + (it.own().isEmpty() ? 0 : 1),
                                                "include",
                                                List.of(),
                                                "params",
                                                params))))
                .toList();
    }

    /** The ids of the hits of each question, without its own. */
    List<Set<String>> answers(List<byte[]> requests) throws IOException {
        List<Set<String>> answers = new ArrayList<>();
        try (var connection = endpoint.connect()) {
            for (int i = 0; i < requests.size(); i++) {
                var answer = connection.send(requests.get(i));
                if (!answer.isOk()) {
                    throw new Endpoint.Refused("POST /search", answer);
                }
                Set<String> ids = answer.ids();
                ids.remove(all.get(i).own());
                answers.add(
                        ids.stream()
                                .limit(RecallSettings.TOP_K)
                                .collect(Collectors.toCollection(LinkedHashSet::new)));
            }
        }
        return answers;
    }

    /** The mean share of the wanted hits that were found, 0 to 1. */
    static double recall(List<Set<String>> wanted, List<Set<String>> found) {
        double sum = 0;
        for (int i = 0; i < wanted.size(); i++) {
            Set<String> some = wanted.get(i);
            long both = found.get(i).stream().filter(some::contains).count();
            sum += some.isEmpty() ? 1 : (double) both / some.size();
        }
        return sum / wanted.size();
    }
}
