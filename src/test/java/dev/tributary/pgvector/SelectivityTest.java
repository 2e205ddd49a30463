package dev.tributary.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Filter;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.TextSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectivityTest {
    private static final Restriction ENGLISH =
            Restriction.of(Filter.parse(Map.of("language", "en")));

    private final Selectivity selectivity = new Selectivity(100);

    private static CollectionRef collection(long id) {
        return new CollectionRef(
                id, "default", 2, Metric.L2, TextSpec.of("english"), IndexSpec.none());
    }

    @Test
    void remembersWhatKeepsMany() {
        selectivity.learn(collection(1), ENGLISH, 101L);

        assertThat(selectivity.keepsMany(collection(1), ENGLISH)).isTrue();
    }

    @Test
    void knowsNothingOfWhatKeepsFewOrWasNotCounted() {
        selectivity.learn(collection(1), ENGLISH, 100L);
        selectivity.learn(collection(1), ENGLISH, null);

        assertThat(selectivity.keepsMany(collection(1), ENGLISH)).isFalse();
    }

    @Test
    void tellsCollectionsAndRestrictionsApart() {
        selectivity.learn(collection(1), ENGLISH, 101L);

        assertThat(selectivity.keepsMany(collection(2), ENGLISH)).isFalse();
        assertThat(
                        selectivity.keepsMany(
                                collection(1),
                                new Restriction(ENGLISH.filter(), List.of("excluded"))))
                .isFalse();
        assertThat(
                        selectivity.keepsMany(
                                collection(1),
                                Restriction.of(Filter.parse(Map.of("language", "de")))))
                .isFalse();
    }
}
