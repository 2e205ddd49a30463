package dev.tributary.job;

/** Work in a few words. */
record Work(String kind, Body body) implements JobWork {
    /** What is done. */
    @FunctionalInterface
    interface Body {
        void run(JobRun run) throws InterruptedException;
    }

    @Override
    public void run(JobRun run) throws InterruptedException {
        body.run(run);
    }
}
