package dev.tributary.job;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.security.Names;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to be done. Immutable; each {@code with} returns another one.
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
    /** Most bytes of a payload, each of its two parts: 256 MB. */
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
     * A job without a payload.
     *
     * @param caller on whose behalf it is done, in whose namespace it is found
     * @param kind what {@link JobWork#kind()} returns
     * @throws ServiceException {@code INVALID} if the kind is not a name: 1 to 63 of a-z, 0-9, _, -
     */
    public static JobRequest of(Caller caller, String kind) {
        return new JobRequest(caller, Names.require("kind", kind), null, null, NOTHING, null);
    }

    /**
     * The same about a collection.
     *
     * @param name as the caller gave it, also that of an alias
     * @throws ServiceException {@code INVALID} if it is not a name
     */
    public JobRequest withCollection(long id, String name) {
        var about = new Target(id, Names.require("collection", name));
        return new JobRequest(caller, kind, about, json, bytes, key);
    }

    /** The same with a part of the payload that is written as JSON, such as a record. */
    public JobRequest withJson(Object value) {
        return new JobRequest(caller, kind, target, value, bytes, key);
    }

    /**
     * The same with a part of the payload that is kept as it is.
     *
     * @param content not copied, as it may be large: nobody may change it afterwards
     * @throws ServiceException {@code TOO_LARGE} if it has more than {@value #PAYLOAD_MAX} bytes
     */
    public JobRequest withBytes(byte[] content) {
        requireSize(content.length);
        return new JobRequest(caller, kind, target, json, content, key);
    }

    /**
     * The same for a thing that should have one job at a time. Of the jobs of a namespace and kind
     * with one key, a newer one replaces one that waits, which is cancelled, and waits for one that
     * runs; that one is not attempted again should it fail.
     *
     * @param thing any text
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
