package dev.tributary.testing;

import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.RenameAlias;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls on collections and aliases, what is refused, and what stays over a crash. */
class QdrantEngineIT extends QdrantFixture {
    @Test
    void answersThatItIsThere() {
        assertThat(await(client.healthCheckAsync()).getVersion()).startsWith("1.");
    }

    @Test
    void describesACollectionAsItWasMade() {
        upsertFour();

        var info = await(client.getCollectionInfoAsync(collection));

        assertThat(await(client.listCollectionsAsync())).contains(collection);
        assertThat(await(client.collectionExistsAsync(collection))).isTrue();
        assertThat(await(client.collectionExistsAsync("nowhere"))).isFalse();
        assertThat(info.getPointsCount()).isEqualTo(4);
        assertThat(info.getConfig().getHnswConfig().getM()).isZero();
        assertThat(info.getConfig().getHnswConfig().getPayloadM()).isEqualTo(16);
        assertThat(info.getConfig().getParams().getVectorsConfig().getParams().getOnDisk())
                .isTrue();
        var index = info.getPayloadSchemaOrThrow("tag");
        assertThat(index.getDataType()).isEqualTo(PayloadSchemaType.Keyword);
        assertThat(index.getParams().getKeywordIndexParams().getIsTenant()).isTrue();
        assertThat(index.getPoints()).isEqualTo(3);
    }

    @Test
    void switchesAnAliasInOneCall() {
        var other = collection + "_2";
        var alias = collection + "_alias";
        upsertFour();
        await(client.createCollectionAsync(create(other, 3).build()));
        await(client.createAliasAsync(alias, collection));
        assertThat(await(client.countAsync(alias))).isEqualTo(4);

        await(client.updateAliasesAsync(List.of(deleted(alias), created(alias, other))));

        assertThat(await(client.countAsync(alias))).isZero();
        assertThat(await(client.listCollectionAliasesAsync(other))).containsExactly(alias);
        assertThat(await(client.listCollectionAliasesAsync(collection))).isEmpty();
        assertRefused(
                Status.Code.NOT_FOUND,
                "Not found: Collection `nowhere` doesn't exist!",
                () ->
                        await(
                                client.updateAliasesAsync(
                                        List.of(
                                                created(alias, collection),
                                                created(alias, "nowhere")))));
        assertThat(await(client.countAsync(alias))).isZero();
        await(client.updateAliasesAsync(List.of(renamed(alias, alias + "_new"))));
        assertThat(await(client.listAliasesAsync()))
                .anyMatch(each -> each.getAliasName().equals(alias + "_new"))
                .noneMatch(each -> each.getAliasName().equals(alias));
        await(client.deleteCollectionAsync(other));
        assertThat(await(client.listAliasesAsync()))
                .noneMatch(each -> each.getCollectionName().equals(other));
    }

    @Test
    void refusesWhatIsWrong() {
        assertRefused(
                Status.Code.NOT_FOUND,
                "Not found: Collection `nowhere` doesn't exist!",
                () -> await(client.countAsync("nowhere")));
        assertRefused(
                Status.Code.ALREADY_EXISTS,
                "Collection `" + collection + "` already exists!",
                () -> await(client.createCollectionAsync(create(collection, 3).build())));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Vector dimension error: expected dim: 3, got 2",
                () ->
                        await(
                                client.upsertAsync(
                                        collection,
                                        List.of(
                                                PointStruct.newBuilder()
                                                        .setId(id(1))
                                                        .setVectors(vectors(1, 2))
                                                        .build()))));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Vector dimension error: expected dim: 3, got 2",
                () ->
                        query(
                                QueryPoints.newBuilder()
                                        .setCollectionName(collection)
                                        .setQuery(nearest(1, 2))));
    }

    @Test
    void refusesWhatStrictModeForbids() {
        upsertFour();
        await(
                client.updateCollectionAsync(
                        UpdateCollection.newBuilder()
                                .setCollectionName(collection)
                                .setStrictModeConfig(
                                        StrictModeConfig.newBuilder()
                                                .setEnabled(true)
                                                .setUnindexedFilteringRetrieve(false)
                                                .setMaxQueryLimit(50))
                                .build()));

        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Index required but not found for \"n\"",
                () -> found(must(match("n", 10))));
        assertThat(found(must(matchKeyword("tag", "a")))).containsExactly(id(1));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "Limit exceeded 51 > 50 for \"limit\"",
                () -> query(search(1, 0, 0).setLimit(51)));
        await(
                client.createPayloadIndexAsync(
                        collection, "n", PayloadSchemaType.Integer, null, true, null, null));
        assertThat(found(must(match("n", 10)))).containsExactly(id(1));
        await(client.deletePayloadIndexAsync(collection, "n", true, null, null));
        assertRefused(
                Status.Code.INVALID_ARGUMENT, "Index required", () -> found(must(match("n", 10))));
    }

    @Test
    void keepsWhatItAcknowledgedOverACrash(@TempDir Path data) {
        try (var engine = QdrantEngine.own("--data", data.toString())) {
            try (var before = engine.client()) {
                await(before.createCollectionAsync(create("kept", 3).build()));
                await(before.upsertAsync("kept", four()));
                await(before.createAliasAsync("alias", "kept"));
            }

            engine.kill();
            engine.start();

            try (var after = engine.client()) {
                assertThat(await(after.countAsync("alias"))).isEqualTo(4);
                var config = await(after.getCollectionInfoAsync("kept")).getConfig();
                assertThat(config.getHnswConfig().getPayloadM()).isEqualTo(16);
            }
        }
    }

    @Test
    void answersLateIfToldSo() {
        try (var engine = QdrantEngine.own("--delay-ms", "500");
                var slow = engine.client()) {
            assertThatThrownBy(() -> await(slow.healthCheckAsync(Duration.ofMillis(50))))
                    .hasRootCauseInstanceOf(StatusRuntimeException.class)
                    .hasStackTraceContaining("DEADLINE_EXCEEDED");
        }
    }

    private static AliasOperations created(String alias, String collection) {
        return AliasOperations.newBuilder()
                .setCreateAlias(
                        CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection))
                .build();
    }

    private static AliasOperations deleted(String alias) {
        return AliasOperations.newBuilder()
                .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(alias))
                .build();
    }

    private static AliasOperations renamed(String alias, String other) {
        return AliasOperations.newBuilder()
                .setRenameAlias(
                        RenameAlias.newBuilder().setOldAliasName(alias).setNewAliasName(other))
                .build();
    }

    private static void assertRefused(Status.Code code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .cause()
                .cause()
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
