package dev.tributary.document;

import dev.tributary.embedding.ModelServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Holds up what a model is to embed, from the first call that has a certain text on, until it is
 * opened.
 */
final class Gate implements AutoCloseable {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    private Gate() {}

    static Gate before(ModelServer model, Predicate<String> text) {
        var gate = new Gate();
        model.behave((exchange, body) -> {
            if (body.path("input").valueStream().anyMatch(it -> text.test(it.asString()))) {
                gate.pass();
            }
            ModelServer.right(exchange, body);
        });
        return gate;
    }

    private void pass() {
        reached.countDown();
        try {
            opened.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a call is held up, a minute at most. */
    void awaitCall() throws InterruptedException {
        if (!reached.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the model was not called");
        }
    }

    /** Lets all calls pass from now on. */
    void open() {
        opened.countDown();
    }

    @Override
    public void close() {
        open();
    }
}
