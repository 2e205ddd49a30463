import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A kind of search, and its requests.
 *
 * @param key to ask for it by
 * @param name for people
 * @param requests the request with a number
 * @param exact the same requests with {@code params.exact}; null if exact answers are not compared
 * @param inSql whether pgbench can do the same
 */
record Search(
        String key,
        String name,
        IntFunction<byte[]> requests,
        IntFunction<byte[]> exact,
        boolean inSql) {
    /** Different queries; each is asked many times. */
    static final int QUERIES = 1_000;

    static final int HYBRID_WORDS = 3;
    private static final int TEXT_WORDS = 8;

    static List<Search> all(
            Endpoint endpoint, Corpus corpus, Settings settings, String collection) {
        String start = "{\"collection\":\"" + collection + "\"";
        List<String> embeddings = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            embeddings.add(
                    start + ",\"embedding\":\"" + Corpus.base64(corpus.queryVector(i)) + "\"");
        }
        List<String> half = filtered(embeddings, "lang", "en");
        List<String> percent = filtered(embeddings, "author", "author-7");
        List<String> permille = filtered(embeddings, "project", "project-7");
        List<Search> all = new ArrayList<>();
        all.add(of(endpoint, "vector", "by vector", "/search", embeddings));
        all.add(of(endpoint, "half", "vector, filter keeps 50 %", "/search", half));
        all.add(of(endpoint, "percent", "vector, filter keeps 1 %", "/search", percent));
        all.add(of(endpoint, "permille", "vector, filter keeps 0.1 %", "/search", permille));
        List<String> hybrid = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            hybrid.add(
                    embeddings.get(i) + ",\"query\":\"" + corpus.queryText(i, HYBRID_WORDS) + "\"");
        }
        all.add(
                of(
                        endpoint,
                        "hybrid",
                        "hybrid, " + HYBRID_WORDS + " words",
                        "/search/hybrid",
                        hybrid));
        if (settings.dimension() == 384) {
            all.add(byText(endpoint, corpus, start));
        }
        all.add(
                new Search(
                        "ceiling",
                        "GET /models (no database)",
                        _ -> endpoint.request("GET", "/models", ""),
                        null,
                        false));
        all.removeIf(it -> !settings.searches().isEmpty() && !settings.searches().contains(it.key));
        return all;
    }

    private static List<String> filtered(List<String> starts, String field, String value) {
        String filter = ",\"filter\":{\"" + field + "\":\"" + value + "\"}";
        return starts.stream().map(it -> it + filter).toList();
    }

    private static Search of(
            Endpoint endpoint, String key, String name, String path, List<String> starts) {
        List<byte[]> fast = requests(endpoint, path, starts, "}");
        List<byte[]> exact = requests(endpoint, path, starts, ",\"params\":{\"exact\":true}}");
        return new Search(key, name, i -> fast.get(i % QUERIES), i -> exact.get(i % QUERIES), true);
    }

    private static List<byte[]> requests(
            Endpoint endpoint, String path, List<String> starts, String end) {
        return starts.stream().map(it -> endpoint.request("POST", path, it + end)).toList();
    }

    /** No text is asked twice, so that none is found among the remembered embeddings. */
    private static Search byText(Endpoint endpoint, Corpus corpus, String start) {
        var next = new AtomicInteger(QUERIES);
        return new Search(
                "text",
                "by text of " + TEXT_WORDS + " words, embedded",
                _ -> {
                    String text = corpus.queryText(next.getAndIncrement(), TEXT_WORDS);
                    return endpoint.request(
                            "POST", "/search", start + ",\"query\":\"" + text + "\"}");
                },
                null,
                false);
    }
}
