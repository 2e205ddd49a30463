package dev.tributary.search;

import static dev.tributary.vector.ChunkBuilder.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.search.SearchSpec.Group;
import dev.tributary.vector.Chunk;
import dev.tributary.vector.ChunkBuilder;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Fusion;
import dev.tributary.vector.Hit;
import dev.tributary.vector.HybridQuery;
import dev.tributary.vector.Include;
import dev.tributary.vector.QuerySyntax;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.TextQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FusedGroupingTest extends GroupingFixture {
    @Test
    void ranksFusedHitsAmongTheGroupsFound() {
        List<Chunk> worded = new ArrayList<>();
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            worded.add(
                    chunk("s" + random.nextInt(12), i)
                            .content(random.nextInt(3) == 0 ? "a heron" : "a bird " + i)
                            .embedding((float) random.nextGaussian(), (float) random.nextGaussian())
                            .build());
        }
        fill(worded);
        List<Hit> all = fused(null);
        List<String> best =
                all.stream().map(hit -> hit.key().sourceId()).distinct().limit(4).toList();
        List<Filter.Value> values =
                best.stream().<Filter.Value>map(Filter.Value.Text::new).toList();
        List<Hit> within = fused(new Filter.In(Filter.Column.SOURCE_ID, values));

        RankedHits found = hybrid(4, 3);

        assertThat(found.hits()).hasSize(12);
        assertThat(groups(found).stream().distinct()).containsExactlyInAnyOrderElementsOf(best);
        for (RankedHit ranked : found.hits()) {
            List<Hit> same =
                    within.stream()
                            .filter(hit ->
                                    hit.key().sourceId().equals(ranked.hit().key().sourceId()))
                            .limit(3)
                            .toList();
            assertThat(same).contains(ranked.hit());
        }
        assertThat(found.complete()).isTrue();
    }

    private RankedHits hybrid(int topK, int size) {
        SearchOptions options = SearchOptions.top(topK);
        StoreSearch search = search("heron", options);
        return new Grouping(search, options, new Group(GroupField.parse("source_id"), size)).find();
    }

    private StoreSearch search(String words, SearchOptions options) {
        return StoreSearch.of(
                store, COLLECTION.allRows(), query(words, options), new SearchReport());
    }

    private static HybridQuery query(String words, SearchOptions options) {
        var fusion = new Fusion(60, 1, 1, Fusion.CANDIDATES_MAX);
        return new HybridQuery(ORIGIN, TextQuery.parse(words, QuerySyntax.WEB), fusion, options);
    }

    private List<Hit> fused(@Nullable Filter filter) {
        return store.hybrid(
                        COLLECTION.allRows(),
                        query(
                                "heron",
                                SearchOptions.top(1_000)
                                        .withFilter(filter)
                                        .withInclude(Set.<Include>of())))
                .hits();
    }

    @Test
    void completesFusedGroupsBehindOneThatFillsBothLegs() {
        List<Chunk> skewed = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            skewed.add(chunk("flood", i).content("heron").embedding(0.001f * i, 0).build());
        }
        for (int source = 0; source < 5; source++) {
            for (int i = 0; i < 4; i++) {
                skewed.add(
                        chunk("s" + source, i)
                                .content("heron beside a river")
                                .embedding(10 + source, i)
                                .build());
            }
        }
        fill(skewed);

        RankedHits found = hybrid(4, 3);

        assertThat(groups(found))
                .containsExactly(
                        "flood", "flood", "flood", "s0", "s0", "s0", "s1", "s1", "s1", "s2", "s2",
                        "s2");
        assertThat(found.complete()).isTrue();
    }

    /** Of this group one chunk is the best of all, and the others behind thousands. */
    @Test
    void completesAFusedGroupOfWhichOneHitIsBeforeTheOthers() {
        List<Chunk> skewed = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            skewed.add(chunk("flood", i).content("heron").embedding(1 + 0.001f * i, 0).build());
        }
        skewed.add(chunk("s", 0).content("heron heron").embedding(0, 0).build());
        for (int i = 1; i < 5; i++) {
            String content = "heron" + " beside a river".repeat(i);
            skewed.add(chunk("s", i).content(content).embedding(50 + i, 0).build());
        }
        fill(skewed);

        RankedHits found = hybrid(2, 3);

        assertThat(found.hits())
                .extracting(it -> it.hit().key().sourceId())
                .containsExactly("s", "s", "s", "flood", "flood", "flood");
        assertThat(found.hits().subList(0, 3))
                .extracting(it -> it.hit().key().chunkIndex())
                .containsExactly(0, 1, 2);
        assertThat(found.complete()).isTrue();
    }

    @Test
    void ranksChunksWithoutAValueAmongFusedGroups() {
        List<Chunk> varied = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ChunkBuilder chunk = chunk(i).content("heron").embedding(i, 0);
            varied.add(i % 2 == 0 ? chunk.build() : chunk.metadata("g", "v" + i).build());
        }
        fill(varied);
        StoreSearch search = search("absent", SearchOptions.top(5));

        RankedHits found =
                new Grouping(search, SearchOptions.top(5), new Group(GroupField.parse("g"), 2))
                        .find();

        assertThat(found.hits())
                .extracting(it -> it.hit().key().chunkIndex())
                .containsExactly(0, 1, 2, 3, 4);
        assertThat(search.calls()).isEqualTo(2);
    }
}
