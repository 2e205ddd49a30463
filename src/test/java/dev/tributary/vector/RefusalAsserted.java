package dev.tributary.vector;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Ends a test of what a store cannot do, once its refusal was asserted. */
final class RefusalAsserted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusalAsserted(String refusal) {
        super(refusal, null, false, false);
    }

    /** Lets such a test pass. */
    static final class Passes implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure)
                throws Throwable {
            if (!(failure instanceof RefusalAsserted)) {
                throw failure;
            }
        }
    }
}
