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

    static List<Search> all(Corpus corpus, Settings settings, String collection) {
        String start = "{\"collection\":\"" + collection + "\"";
        List<String> embeddings = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            embeddings.add(
                    start + ",\"embedding\":\"" + Corpus.base64(corpus.queryVector(i)) + "\"");
        }
        List<Search> all = new ArrayList<>();
        all.add(of("vector", "by vector", "/search", embeddings));
        all.add(filtered("half", "vector, filter keeps 50 %", embeddings, "lang", "en"));
        all.add(filtered("percent", "vector, filter keeps 1 %", embeddings, "author", "author-7"));
        all.add(
                filtered(
                        "permille",
                        "vector, filter keeps 0.1 %",
                        embeddings,
                        "project",
                        "project-7"));
        List<String> hybrid = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            hybrid.add(
                    embeddings.get(i) + ",\"query\":\"" + corpus.queryText(i, HYBRID_WORDS) + "\"");
        }
        all.add(of("hybrid", "hybrid, " + HYBRID_WORDS + " words", "/search/hybrid", hybrid));
        if (settings.dimension() == 384) {
            all.add(byText(corpus, start));
        }
        all.add(
                new Search(
                        "ceiling",
                        "GET /models (no database)",
                        _ -> HttpConnection.request("GET", "/models", ""),
                        null,
                        false));
        all.removeIf(it -> !settings.searches().isEmpty() && !settings.searches().contains(it.key));
        return all;
    }

    private static Search filtered(
            String key, String name, List<String> starts, String field, String value) {
        String filter = ",\"filter\":{\"" + field + "\":\"" + value + "\"}";
        return of(key, name, "/search", starts.stream().map(it -> it + filter).toList());
    }

    private static Search of(String key, String name, String path, List<String> starts) {
        List<byte[]> fast = requests(path, starts, "}");
        List<byte[]> exact = requests(path, starts, ",\"params\":{\"exact\":true}}");
        return new Search(key, name, i -> fast.get(i % QUERIES), i -> exact.get(i % QUERIES), true);
    }

    private static List<byte[]> requests(String path, List<String> starts, String end) {
        return starts.stream().map(it -> HttpConnection.request("POST", path, it + end)).toList();
    }

    /** No text is asked twice, so that none is found among the remembered embeddings. */
    private static Search byText(Corpus corpus, String start) {
        var next = new AtomicInteger(QUERIES);
        return new Search(
                "text",
                "by text of " + TEXT_WORDS + " words, embedded",
                _ -> {
                    String text = corpus.queryText(next.getAndIncrement(), TEXT_WORDS);
                    return HttpConnection.request(
                            "POST", "/search", start + ",\"query\":\"" + text + "\"}");
                },
                null,
                false);
    }
}
