package dev.tributary.qdrant;

import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.range;

import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.StoredChunk;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chunks as points, and points as ids. Pure functions. */
final class Points {
    private Points() {}

    /** The point of a chunk: its vector and its {@linkplain PayloadField payload}. */
    static PointStruct point(DerivedChunk derived) {
        StoredChunk chunk = derived.chunk();
        var point =
                PointStruct.newBuilder()
                        .setId(PointIdFactory.id(chunk.id()))
                        .setVectors(VectorsFactory.vectors(derived.embedding().toArray()));
        List<Value> tags =
                MetadataTags.of(derived.metadata()).stream().map(ValueFactory::value).toList();
        put(point, PayloadField.TAGS, ValueFactory.list(tags));
        put(point, PayloadField.TENANT, chunk.tenant());
        put(point, PayloadField.ACL, chunk.aclDigest());
        put(point, PayloadField.SOURCE_TYPE, chunk.key().sourceType());
        put(point, PayloadField.SOURCE_ID, chunk.key().sourceId());
        put(point, PayloadField.CHUNK_INDEX, chunk.key().chunkIndex());
        if (chunk.parent() != null) {
            put(point, PayloadField.PARENT_INDEX, chunk.parent().index());
        }
        put(point, PayloadField.CREATED_AT, PayloadField.micros(chunk.createdAt()).longValue());
        put(point, PayloadField.UPDATED_AT, PayloadField.micros(chunk.updatedAt()).longValue());
        put(point, PayloadField.VERSION, derived.version());
        put(point, PayloadField.HASH, derived.hash());
        return point.build();
    }

    private static void put(PointStruct.Builder point, PayloadField field, @Nullable String text) {
        if (text != null) {
            put(point, field, ValueFactory.value(text));
        }
    }

    private static void put(PointStruct.Builder point, PayloadField field, long number) {
        put(point, field, ValueFactory.value(number));
    }

    private static void put(PointStruct.Builder point, PayloadField field, Value value) {
        point.putPayload(field.key(), value);
    }

    /** The ids that may be those of chunks: others may have put in points with numbers for ids. */
    static Stream<UUID> ids(Stream<PointId> points) {
        return points.filter(PointId::hasUuid).map(Points::id);
    }

    static UUID id(PointId point) {
        return UUID.fromString(point.getUuid());
    }

    /** The hash of a point; empty if it has none, and so is not ours. */
    static String hash(RetrievedPoint point) {
        return point.getPayloadOrDefault(PayloadField.HASH.key(), Value.getDefaultInstance())
                .getStringValue();
    }

    /** The vector of a point, as Qdrant keeps it. */
    static Embedding embedding(RetrievedPoint point) {
        List<Float> components = point.getVectors().getVector().getDense().getDataList();
        float[] array = new float[components.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = components.get(i);
        }
        return Embedding.copyOf(array);
    }

    /** Matches the points of these ids that are older than their version here. */
    static Filter olderThan(Map<UUID, Long> versions) {
        return each(versions, version -> Range.newBuilder().setLt(version));
    }

    /** Matches the points of these ids that are not newer than their version here. */
    static Filter notNewerThan(Map<UUID, Long> versions) {
        return each(versions, version -> Range.newBuilder().setLte(version));
    }

    private interface Bound {
        Range.Builder of(double version);
    }

    /** Ids of one version share a condition. A point without a version is not ours, and older. */
    private static Filter each(Map<UUID, Long> versions, Bound bound) {
        Map<Long, List<PointId>> ids = new TreeMap<>();
        versions.forEach((id, version) ->
                ids.computeIfAbsent(version, _ -> new ArrayList<>()).add(PointIdFactory.id(id)));
        var any = Filter.newBuilder();
        ids.forEach((version, some) ->
                any.addShould(
                        filter(
                                Filter.newBuilder()
                                        .addMust(hasId(some))
                                        .addMust(
                                                range(
                                                        PayloadField.VERSION.key(),
                                                        bound.of(version).build()))
                                        .build())));
        any.addShould(
                filter(
                        Filter.newBuilder()
                                .addMust(
                                        hasId(
                                                versions.keySet().stream()
                                                        .map(PointIdFactory::id)
                                                        .toList()))
                                .addMust(isEmpty(PayloadField.VERSION.key()))
                                .build()));
        return any.build();
    }
}
