package dev.tributary.reembed;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Carries over what is still written to the old collection after the switch: by requests that had
 * found it before, and by instances that have not heard of the switch. Safe for use by many
 * threads.
 */
@Component
class Settling {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Catching catching;
    private final Following following;
    private final ReembedProperties properties;

    Settling(Catching catching, Following following, ReembedProperties properties) {
        this.catching = catching;
        this.following = following;
        this.properties = properties;
    }

    /**
     * Goes on until nothing has come for a while. The old collection is not followed any more when
     * it returns.
     *
     * @throws ServiceException {@code MISSING} if one of the two was dropped meanwhile
     */
    void run(Passage passage) throws InterruptedException {
        long begun = System.nanoTime();
        long last = begun;
        long now = begun;
        while (now - last < properties.settle().toNanos()
                && now - begun < properties.settleMax().toNanos()) {
            passage.run().requireActive();
            if (catching.catchUpLate(passage)) {
                last = System.nanoTime();
            } else {
                Thread.sleep(POLL);
            }
            now = System.nanoTime();
        }
        following.end(passage.run(), passage.source().ref().id());
        // What was written until the end of that.
        while (catching.catchUpLate(passage)) {
            passage.run().requireActive();
        }
    }
}
