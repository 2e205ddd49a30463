package dev.tributary.qdrant;

import dev.tributary.background.BackgroundTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log which Qdrant is there, whether it is too old, and when it is away. */
class QdrantWatch extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(QdrantWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(5);

    private final QdrantCalls calls;
    private final QdrantProperties properties;
    private String known = "";

    QdrantWatch(QdrantCalls calls, QdrantProperties properties) {
        super("Qdrant", INTERVAL_AFTER_FAILURE);
        this.calls = calls;
        this.properties = properties;
    }

    @Override
    protected Duration round() {
        String version =
                calls.call("health", client -> client.healthCheckAsync(calls.timeout()))
                        .getVersion();
        // Health is told to everybody, so this is what a wrong key fails by.
        calls.call("collections", client -> client.listCollectionsAsync(calls.timeout()));
        if (!version.equals(known)) {
            ServerVersion.parse(version)
                    .complaint()
                    .ifPresentOrElse(
                            log::error, () -> log.info("{}, version {}", properties, version));
            known = version;
        }
        return INTERVAL;
    }
}
