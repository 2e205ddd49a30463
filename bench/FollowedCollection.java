import java.time.Duration;
import java.util.Map;

/**
 * A collection that Qdrant follows, through HTTP.
 *
 * @param endpoint where the service answers
 * @param name of the collection
 */
record FollowedCollection(Endpoint endpoint, String name) {
    private static final Duration FILL_MAX = Duration.ofMinutes(30);
    private static final Duration SETTLE_MAX = Duration.ofMinutes(5);
    private static final long PAUSE_MS = 100;

    private String path() {
        return "/collections/" + name + "/stores/qdrant";
    }

    private Map<?, ?> get() {
        return (Map<?, ?>) Json.read(endpoint.call("GET", path(), ""));
    }

    /** Returns how many seconds it took until a copy was in use. */
    double follow() throws InterruptedException {
        long start = System.nanoTime();
        endpoint.call("PUT", path(), "{}");
        while (!"following".equals(get().get("state"))) {
            requireTime(start, FILL_MAX);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Waits until Qdrant has every change. */
    void awaitChanges() throws InterruptedException {
        long start = System.nanoTime();
        while (lag("changes") > 0) {
            requireTime(start, SETTLE_MAX);
        }
    }

    /** Age of the oldest change that Qdrant does not have; 0 if there is none. */
    double lagSeconds() {
        return lag("oldest_seconds");
    }

    private double lag(String field) {
        return ((Number) ((Map<?, ?>) get().get("lag")).get(field)).doubleValue();
    }

    private void requireTime(long start, Duration most) throws InterruptedException {
        if (System.nanoTime() - start > most.toNanos()) {
            throw new IllegalStateException("Qdrant does not follow: " + get());
        }
        Thread.sleep(PAUSE_MS);
    }
}
