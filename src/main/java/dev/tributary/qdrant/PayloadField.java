package dev.tributary.qdrant;

import io.qdrant.client.grpc.Collections.IntegerIndexParams;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Points.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What the payload of a point holds. What filters ask for is indexed, so that none of them reads
 * payloads. A field without a value is left out.
 */
enum PayloadField {
    /** The {@linkplain Tag tags} of the metadata. */
    TAGS("t", Kind.KEYWORD),
    TENANT("tenant", Kind.TENANT),
    /** The ACL digest, in lower-case hexadecimal. */
    ACL("acl", Kind.KEYWORD),
    SOURCE_TYPE("type", Kind.KEYWORD),
    SOURCE_ID("source", Kind.KEYWORD),
    CHUNK_INDEX("index", Kind.INTEGER),
    PARENT_INDEX("parent", Kind.INTEGER),
    /** Microseconds since 1970. */
    CREATED_AT("created", Kind.INTEGER),
    /** Microseconds since 1970. */
    UPDATED_AT("updated", Kind.INTEGER),
    /** The version of the row: an older one never replaces it. */
    VERSION("_v", Kind.ORDER),
    /** The hash of the row, by which both sides are compared. */
    HASH("_h", Kind.NONE);

    private final String key;
    private final Kind kind;

    private enum Kind {
        KEYWORD,
        /** A keyword by which points are stored together. */
        TENANT,
        INTEGER,
        /** An integer that is less or greater, never equal. */
        ORDER,
        /** Not indexed. */
        NONE
    }

    PayloadField(String key, Kind kind) {
        this.key = key;
        this.kind = kind;
    }

    /** The fields that have an index. */
    static List<PayloadField> indexed() {
        return Arrays.stream(values()).filter(field -> field.kind != Kind.NONE).toList();
    }

    /** The key in the payload. */
    String key() {
        return key;
    }

    /** A time as the payload has it, perhaps with a fraction. */
    static BigDecimal micros(Instant time) {
        return BigDecimal.valueOf(time.getEpochSecond())
                .scaleByPowerOfTen(6)
                .add(BigDecimal.valueOf(time.getNano(), 3));
    }

    FieldType type() {
        return switch (kind) {
            case KEYWORD, TENANT -> FieldType.FieldTypeKeyword;
            case INTEGER, ORDER -> FieldType.FieldTypeInteger;
            case NONE -> throw new IllegalStateException(this + " is not indexed");
        };
    }

    PayloadIndexParams index() {
        var index = PayloadIndexParams.newBuilder();
        switch (kind) {
            case KEYWORD, TENANT ->
                    index.setKeywordIndexParams(
                            KeywordIndexParams.newBuilder().setIsTenant(kind == Kind.TENANT));
            case INTEGER, ORDER ->
                    index.setIntegerIndexParams(
                            IntegerIndexParams.newBuilder()
                                    .setLookup(kind == Kind.INTEGER)
                                    .setRange(true));
            case NONE -> throw new IllegalStateException(this + " is not indexed");
        }
        return index.build();
    }
}
