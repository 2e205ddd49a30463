package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores some of the lines of an import, in their order, in a thread of its own. The reader fills
 * the next batch while one is stored, and waits if that takes longer.
 *
 * <p>A batch is sent again for a while if the store is away: storing it twice changes nothing.
 */
final class ImportWriter {
    private static final Duration[] RETRIES = {
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(6),
        Duration.ofSeconds(10)
    };
    private static final Duration POLL = Duration.ofMillis(100);
    private static final List<Entry> END = List.of();

    private final Function<List<ChunkReading>, PutAnswer> store;
    private final ImportTally tally;
    private final int rowsMax;
    private final long bytesMax;
    private final BlockingQueue<List<Entry>> queue = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean abandoned;
    private List<Entry> batch = new ArrayList<>();
    private Set<Object> keys = new HashSet<>();
    private long bytes;

    /** A line, read. */
    record Entry(long line, ChunkReading reading) {}

    /**
     * Starts the thread.
     *
     * @param rowsMax most lines of a batch
     * @param bytesMax a batch with as many bytes of lines is stored although it is not full
     */
    ImportWriter(
            Function<List<ChunkReading>, PutAnswer> store,
            ImportTally tally,
            int rowsMax,
            long bytesMax) {
        this.store = store;
        this.tally = tally;
        this.rowsMax = rowsMax;
        this.bytesMax = bytesMax;
        thread = Thread.ofVirtual().name("import").start(this::run);
    }

    /**
     * Takes a line. Of several with the same key the last one stays, so no batch holds two.
     *
     * @param key what tells the chunk from others
     */
    void add(Entry entry, Object key, int lineBytes) throws InterruptedException {
        if (batch.size() >= rowsMax || bytes >= bytesMax || !keys.add(key)) {
            flush();
            keys.add(key);
        }
        batch.add(entry);
        bytes += lineBytes;
    }

    /** Waits until everything is stored. */
    void finish() throws InterruptedException {
        flush();
        hand(END);
        thread.join();
        requireSound();
    }

    /** Drops what is not being stored yet. */
    void abandon() {
        abandoned = true;
    }

    private void flush() throws InterruptedException {
        if (!batch.isEmpty()) {
            hand(batch);
        }
        batch = new ArrayList<>();
        keys = new HashSet<>();
        bytes = 0;
    }

    private void hand(List<Entry> full) throws InterruptedException {
        do {
            requireSound();
        } while (!queue.offer(full, POLL.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void requireSound() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException("a batch was not stored", e);
        }
    }

    private void run() {
        try {
            while (!abandoned) {
                List<Entry> next = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null && next.isEmpty()) {
                    return;
                }
                if (next != null) {
                    write(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // The reader must hear of it, or it would wait for ever, or take it for stored.
            failure = e;
        }
    }

    private void write(List<Entry> entries) throws InterruptedException {
        PutAnswer answer = put(entries.stream().map(Entry::reading).toList());
        for (int i = 0; i < entries.size(); i++) {
            tally.add(entries.get(i).line(), answer.results().get(i));
        }
    }

    private PutAnswer put(List<ChunkReading> readings) throws InterruptedException {
        for (Duration wait : RETRIES) {
            try {
                return store.apply(readings);
            } catch (ServiceException e) {
                if (e.kind() != ServiceException.Kind.UNAVAILABLE
                        && e.kind() != ServiceException.Kind.OUTCOME_UNKNOWN) {
                    throw e;
                }
                Thread.sleep(wait);
            }
        }
        return store.apply(readings);
    }
}
