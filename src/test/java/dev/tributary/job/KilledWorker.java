package dev.tributary.job;

/** A process that works on jobs until it is killed; it prints a line of 1 KB before each item. */
final class KilledWorker {
    private KilledWorker() {}

    public static void main(String[] args) throws InterruptedException {
        String url = args[0];
        int items = Integer.parseInt(args[1]);
        try (var pool = new JobInstance(url, JobInstance.PROPERTIES);
                var instance =
                        new JobInstance(
                                url,
                                JobInstance.PROPERTIES,
                                new Counting(
                                        KilledWorkerIT.KIND,
                                        items,
                                        pool.dataSource,
                                        (_, item) -> say(item)))) {
            instance.start();
            Thread.currentThread().join();
        }
    }

    /** Waits once the pipe is full, so that it does not come to its end before it is killed. */
    private static void say(int item) {
        System.out.println("item " + item + " " + ".".repeat(1_024));
        System.out.flush();
    }
}
