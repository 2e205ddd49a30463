import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A collection of a service, through HTTP.
 *
 * @param endpoint where the service answers
 * @param name of the collection
 */
record RemoteCollection(Endpoint endpoint, String name) {
    private static final int BATCH = 1_000;
    private static final int PUT_CLIENTS = 2;

    /** Batches that are made ahead of a timed stretch: about 150 MB. */
    private static final int BATCHES_AHEAD = 50;

    /** Seldom, as each answer counts every row, which takes from what is measured. */
    private static final long POLL_MS = 1_000;

    /** The body of a put of the rows with these numbers, the last one left out. */
    interface Bodies {
        byte[] of(long from, long to);
    }

    String path() {
        return "/collections/" + name;
    }

    void create(Map<String, Object> spec) {
        endpoint.call("PUT", path(), Json.write(spec));
    }

    /** Its description, as the service gives it. */
    Map<?, ?> get() {
        return (Map<?, ?>) Json.read(endpoint.call("GET", path(), ""));
    }

    /**
     * Puts rows in batches. Only the requests are timed: their bodies are made before.
     *
     * @throws IllegalStateException unless the collection has as many rows as the last number then
     */
    Load.Run put(long from, long end, Bodies bodies) throws InterruptedException {
        List<Load.Run> runs = new ArrayList<>();
        for (long ahead = from; ahead < end; ahead += BATCHES_AHEAD * BATCH) {
            List<byte[]> requests = new ArrayList<>();
            long stretch = Math.min(end, ahead + BATCHES_AHEAD * BATCH);
            for (long batch = ahead; batch < stretch; batch += BATCH) {
                byte[] body = bodies.of(batch, Math.min(stretch, batch + BATCH));
                requests.add(endpoint.request("PUT", path() + "/chunks", body));
            }
            runs.add(Load.each(endpoint, PUT_CLIENTS, requests));
        }
        long count = count();
        if (count != end) {
            throw new IllegalStateException(end + " rows were put, but there are " + count);
        }
        return Load.Run.joined(runs, runs.stream().mapToDouble(Load.Run::seconds).sum());
    }

    long count() {
        var counted = (Map<?, ?>) Json.read(endpoint.call("POST", path() + "/count", "{}"));
        return ((Number) counted.get("count")).longValue();
    }

    /** Changes the index, and returns after how many seconds it is as asked for. */
    double patchIndex(Map<String, Object> index) throws InterruptedException {
        long start = System.nanoTime();
        endpoint.call("PATCH", path(), Json.write(Map.of("index", index)));
        awaitIndex();
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * Waits until nothing is built any more.
     *
     * @throws IllegalStateException if that takes longer than 2 minutes and a second for 100 rows
     */
    void awaitIndex() throws InterruptedException {
        long start = System.nanoTime();
        double secondsMax = 120 + count() / 100.0;
        for (Map<?, ?> answer = get(); isBuilding(answer); answer = get()) {
            if ((System.nanoTime() - start) / 1e9 > secondsMax) {
                throw new IllegalStateException("the index is not ready: " + answer);
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** Also while the old one still serves. */
    private static boolean isBuilding(Map<?, ?> answer) {
        var index = (Map<?, ?>) answer.get("index");
        return "building".equals(index.get("state")) || index.get("target") != null;
    }
}
