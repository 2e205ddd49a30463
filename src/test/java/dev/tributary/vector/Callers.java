package dev.tributary.vector;

import static dev.tributary.vector.ChunkBuilder.chunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many callers at once. Every loop is bounded, and so is every wait. */
final class Callers {
    private Callers() {}

    static final int THREADS = 8;
    static final int ROUNDS = 20;
    static final int WAIT_SECONDS_MAX = 60;

    /** Runs them at once, and fails if one fails or all have not ended within a minute. */
    static <T> List<T> together(List<? extends Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<Future<T>> ended = threads.invokeAll(calls, WAIT_SECONDS_MAX, TimeUnit.SECONDS);
            List<T> results = new ArrayList<>();
            for (Future<T> future : ended) {
                results.add(future.get());
            }
            return results;
        }
    }

    static Chunk version(int index, int version) {
        return chunk(index)
                .content("version " + version)
                .embedding(1, version)
                .metadata(Map.of("version", version))
                .build();
    }
}
