import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Loads one data set into a collection, as a client would, and asks its queries. */
final class Evaluation {
    private static final int BATCH = 100;

    /** A body may have 32 MB, and a character three bytes. */
    private static final int BATCH_CHARACTERS = 4_000_000;

    private static final int TOP_K = 100;
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    /** Statuses that say that a search is not possible here, rather than that it went wrong. */
    private static final Set<Integer> NOT_POSSIBLE = Set.of(400, 404, 405, 422);

    private final EvalSettings settings;
    private final Endpoint endpoint;
    private final DataSet data;
    private final RemoteCollection collection;

    /** A document found, and what it was given. */
    record Hit(String document, double score) {}

    /**
     * What a mode gave.
     *
     * @param run by query the hits, best first
     * @param latencies of the queries
     * @param problem why the service can't do it, in which case the others are empty; else empty
     */
    record Outcome(Mode mode, Map<String, List<Hit>> run, Load.Run latencies, String problem) {
        boolean isPossible() {
            return problem.isEmpty();
        }
    }

    Evaluation(EvalSettings settings, Endpoint endpoint, DataSet data) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.data = data;
        String name = data.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
        collection =
                new RemoteCollection(
                        endpoint, "eval-" + name.substring(0, Math.min(name.length(), 50)));
    }

    /**
     * Puts every document. Where the collection is there already, only what differs is embedded.
     *
     * @throws IllegalStateException if one is refused, or the collection has others, too
     */
    void load() throws IOException, InterruptedException {
        Map<?, ?> models = (Map<?, ?>) Json.read(endpoint.call("GET", "/models", ""));
        var model = (Map<?, ?>) ((List<?>) models.get("models")).getFirst();
        collection.create(
                Map.of(
                        "model", model.get("name"),
                        "language", settings.language(),
                        "metadata", Map.of("made_by", "make eval")));
        try (var connection = endpoint.connect()) {
            long printedAt = System.nanoTime();
            for (int from = 0; from < data.documents().size(); ) {
                int to = batchEnd(from);
                put(connection, data.documents().subList(from, to));
                from = to;
                if (System.nanoTime() - printedAt > PROGRESS_NANOS) {
                    printedAt = System.nanoTime();
                    Eval.say(
                            "%s: %,d of %,d documents"
                                    .formatted(data.name(), to, data.documents().size()));
                }
            }
        }
        requireCount();
        collection.awaitIndex();
    }

    private int batchEnd(int from) {
        int end = from;
        int characters = 0;
        while (end < data.documents().size() && end < from + BATCH) {
            characters += data.documents().get(end).content().length();
            if (end > from && characters > BATCH_CHARACTERS) {
                break;
            }
            end++;
        }
        return end;
    }

    private void put(HttpConnection connection, List<DataSet.Document> documents)
            throws IOException {
        List<Map<String, String>> chunks =
                documents.stream()
                        .map(it -> Map.of("source_id", it.id(), "content", it.content()))
                        .toList();
        String body = Json.write(Map.of("chunks", chunks));
        var answer = connection.send(endpoint.request("PUT", collection.path() + "/chunks", body));
        if (!answer.isOk()) {
            throw new Endpoint.Refused("PUT " + collection.path() + "/chunks", answer);
        }
        var results = (List<?>) ((Map<?, ?>) Json.read(answer.body())).get("results");
        for (int i = 0; i < results.size(); i++) {
            var result = (Map<?, ?>) results.get(i);
            if ("failed".equals(result.get("status"))) {
                throw new IllegalStateException(
                        "%s: document %s was refused: %s"
                                .formatted(
                                        data.name(), documents.get(i).id(), result.get("error")));
            }
        }
    }

    private void requireCount() {
        long count = collection.count();
        if (count != data.documents().size()) {
            throw new IllegalStateException(
                    "%s%s has %,d chunks, but %s has %,d documents: delete the collection"
                            .formatted(
                                    endpoint,
                                    collection.path(),
                                    count,
                                    data.name(),
                                    data.documents().size()));
        }
    }

    /** Asks every query in a mode, one after the other. */
    Outcome ask(Mode mode) throws IOException {
        Map<String, List<Hit>> run = new LinkedHashMap<>();
        List<Long> latencies = new ArrayList<>();
        try (var connection = endpoint.connect()) {
            List<DataSet.Query> queries = data.queries();
            for (int i = 0; i < Math.clamp(settings.warmUp(), 1, queries.size()); i++) {
                search(connection, mode, queries.get(i), new ArrayList<>());
            }
            for (DataSet.Query query : queries) {
                run.put(query.id(), search(connection, mode, query, latencies));
            }
        } catch (Endpoint.Refused e) {
            if (run.isEmpty() && NOT_POSSIBLE.contains(e.status())) {
                return new Outcome(mode, Map.of(), Load.Run.of(List.of(), 0), e.getMessage());
            }
            throw e;
        }
        return new Outcome(mode, run, Load.Run.of(latencies, 0), "");
    }

    private List<Hit> search(
            HttpConnection connection, Mode mode, DataSet.Query query, List<Long> latencies)
            throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>(mode.fields());
        fields.put("collection", collection.name());
        fields.put("query", query.text());
        fields.put("top_k", TOP_K);
        fields.put("include", List.of());
        byte[] request = endpoint.request("POST", mode.path(), Json.write(fields));
        long start = System.nanoTime();
        var answer = connection.send(request);
        latencies.add(System.nanoTime() - start);
        if (!answer.isOk()) {
            throw new Endpoint.Refused(
                    "POST %s with query %s".formatted(mode.path(), query.id()), answer);
        }
        List<Hit> hits = new ArrayList<>();
        for (Object result : (List<?>) ((Map<?, ?>) Json.read(answer.body())).get("results")) {
            var hit = (Map<?, ?>) result;
            hits.add(
                    new Hit(
                            String.valueOf(hit.get("source_id")),
                            ((Number) hit.get("score")).doubleValue()));
        }
        return hits;
    }
}
