package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.security.Names;
import org.jspecify.annotations.Nullable;

/**
 * A request for a job. Immutable; each {@code with} method returns a new one.
 *
 * <pre>{@code
 * jobs.submit(JobRequest.of(caller, "document")
 *         .withCollection(7, "handbook")
 *         .withJson(settings)
 *         .withBytes(text)
 *         .withKey("7/document/guides/hnsw.md"));
 * }</pre>
 */
public final class JobRequest {
    /** Most bytes of each of the two parts of a payload: 256 MB. */
    public static final int PAYLOAD_MAX = 256 * 1024 * 1024;

    private static final byte[] NOTHING = {};

    private final Caller caller;
    private final String kind;
    private final @Nullable Target target;
    private final @Nullable Object json;
    private final byte[] bytes;
    private final @Nullable String key;

    /** The collection that a job is about. */
    record Target(long id, String name) {}

    private JobRequest(
            Caller caller,
            String kind,
            @Nullable Target target,
            @Nullable Object json,
            byte[] bytes,
            @Nullable String key) {
        this.caller = caller;
        this.kind = kind;
        this.target = target;
        this.json = json;
        this.bytes = bytes;
        this.key = key;
    }

    /**
     * A request without a payload.
     *
     * @param caller the caller on whose behalf the job runs and in whose namespace it is found
     * @param kind what {@link JobWork#kind()} returns
     * @throws ServiceException {@code INVALID} if the kind is not a name: 1 to 63 of a-z, 0-9, _, -
     */
    public static JobRequest of(Caller caller, String kind) {
        return new JobRequest(caller, Names.require("kind", kind), null, null, NOTHING, null);
    }

    /**
     * The same for a collection.
     *
     * @param name the name that the caller gave, which may be that of an alias
     * @throws ServiceException {@code INVALID} if it is not a name
     */
    public JobRequest withCollection(long id, String name) {
        var about = new Target(id, Names.require("collection", name));
        return new JobRequest(caller, kind, about, json, bytes, key);
    }

    /** The same with a payload part that is written as JSON, such as a record. */
    public JobRequest withJson(Object value) {
        return new JobRequest(caller, kind, target, value, bytes, key);
    }

    /**
     * The same with a payload part that is stored unchanged.
     *
     * @param content the bytes; not copied, as they may be large, so they must not be changed
     *     afterwards
     * @throws ServiceException {@code TOO_LARGE} if it has more than {@value #PAYLOAD_MAX} bytes
     */
    public JobRequest withBytes(byte[] content) {
        requireSize(content.length);
        return new JobRequest(caller, kind, target, json, content, key);
    }

    /**
     * The same with a key, for a thing that should have only one job at a time. Among the jobs with
     * the same namespace, kind and key, a new job replaces a waiting one, which is cancelled, and
     * waits for a running one, which is not retried if it fails.
     *
     * @param thing the thing that the key is for; any text
     */
    public JobRequest withKey(String thing) {
        return new JobRequest(caller, kind, target, json, bytes, thing);
    }

    static void requireSize(int size) {
        if (size > PAYLOAD_MAX) {
            throw ServiceException.tooLarge(
                    "the payload of the job is %,d bytes, must be 0 to %,d"
                            .formatted(size, PAYLOAD_MAX));
        }
    }

    String namespace() {
        return caller.namespace();
    }

    /** The tenant that its caller is confined to; null for none. */
    @Nullable String tenant() {
        return caller.tenant();
    }

    String kind() {
        return kind;
    }

    @Nullable Target target() {
        return target;
    }

    @Nullable Object json() {
        return json;
    }

    byte[] bytes() {
        return bytes;
    }

    @Nullable String key() {
        return key;
    }
}
