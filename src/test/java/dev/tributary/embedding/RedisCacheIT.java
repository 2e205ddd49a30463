package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.embedding.EmbeddingProperties.Redis;
import dev.tributary.testing.MutableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

@Timeout(60)
class RedisCacheIT {
    private static final Duration OPEN_FOR = Duration.ofMillis(5_001);

    private final RedisServer redis = new RedisServer();
    private final MutableClock clock = new MutableClock();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final WordCountModel model = new WordCountModel("words", 4, 8);
    private final List<RedisCache> caches = new ArrayList<>();
    private final EmbeddingModel cached = instance(model);

    /** Another instance of the service, with nothing in memory and a patient connection. */
    private EmbeddingModel instance(EmbeddingModel of) {
        return instance(of, Duration.ofSeconds(5));
    }

    private EmbeddingModel instance(EmbeddingModel of, Duration timeout) {
        var cache = new RedisCache(new Redis(redis.url(), timeout, Duration.ofDays(30)), clock);
        caches.add(cache);
        return new CachedEmbeddingModel(of, DataSize.ofBytes(0), cache, registry);
    }

    @AfterEach
    void close() {
        caches.forEach(RedisCache::close);
        redis.close();
    }

    @Test
    void anotherInstanceFindsWhatOneHasEmbedded() {
        List<String> texts = List.of("some text", "a b c d e f g h i j");
        List<Embedded> first = cached.embed(texts);

        List<Embedded> second = instance(new WordCountModel("words", 4, 8)).embed(texts);

        assertThat(second).isEqualTo(first);
        assertThat(second.getLast().truncated()).isTrue();
        assertThat(model.calls).hasSize(1);
        assertThat(count("hit")).isEqualTo(2);
        assertThat(count("miss")).isEqualTo(2);
    }

    @Test
    void findsManyAtOnce() {
        List<String> texts = IntStream.range(0, 1_000).mapToObj(i -> "text " + i).toList();
        List<Embedded> first = cached.embed(texts);
        var other = new WordCountModel("words", 4, 8);

        assertThat(instance(other).embed(texts)).isEqualTo(first);
        assertThat(other.calls).isEmpty();
    }

    @Test
    void anotherModelFindsNothing() {
        cached.embed("text");
        var other = new WordCountModel("letters", 4, 8);

        instance(other).embed("text");

        assertThat(other.calls).hasSize(1);
    }

    @Test
    void keysSayWhatTheyAreAndExpire() {
        cached.embed("text");

        String key = "tributary:embedding:v1:" + CacheKey.of("words", "text").hex();
        assertThat(redis.say("EXISTS " + key)).isEqualTo(":1");
        assertThat(redis.say("STRLEN " + key)).isEqualTo(":" + (4 + 1 + 2 * 4));
        long seconds = Long.parseLong(redis.say("TTL " + key).substring(1));
        assertThat(Duration.ofSeconds(seconds)).isBetween(Duration.ofDays(29), Duration.ofDays(30));
    }

    @Test
    void overwritesWhatIsOfAnotherLength() {
        String key = "tributary:embedding:v1:" + CacheKey.of("words", "text").hex();
        Embedded right = new WordCountModel("words", 4, 8).embed("text");
        for (String wrong : List.of("x", "xxxxx", "xxxxxxxxx", "xxxxxxxxxxxxxxxxx")) {
            redis.say("SET " + key + " " + wrong);

            assertThat(cached.embed("text")).isEqualTo(right);
            assertThat(redis.say("STRLEN " + key)).isEqualTo(":13");
        }
        assertThat(model.calls).hasSize(4);
    }

    @Test
    void ignoresWhatIsNoEmbedding() {
        String key = "tributary:embedding:v1:" + CacheKey.of("words", "text").hex();
        // 13 bytes, of which the components are not finite.
        redis.say(
                "SET "
                        + key
                        + " \"\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\xc0\\x7f\\x00\\x00\\xc0\\x7f\"");
        assertThat(redis.say("STRLEN " + key)).isEqualTo(":13");

        assertThat(cached.embed("text")).isEqualTo(model.embed("text"));
    }

    @Test
    void goesOnWithoutRedisAndWithItAgain() {
        cached.embed("text");
        redis.kill();

        for (int i = 0; i < 10; i++) {
            assertThat(cached.embed("text")).isNotNull();
        }
        assertThat(model.calls).hasSize(11);

        redis.restart();
        clock.pass(OPEN_FOR);
        cached.embed("text");
        cached.embed("text");

        assertThat(model.calls).hasSize(12);
    }

    @Test
    void startsWithoutRedis() {
        redis.kill();
        EmbeddingModel lonely = instance(model);

        assertThat(lonely.embed("text")).isNotNull();

        redis.restart();
        clock.pass(OPEN_FOR);
        lonely.embed("text");
        model.calls.clear();
        lonely.embed("text");

        assertThat(model.calls).isEmpty();
    }

    @Test
    void goesOnWhileRedisHangs() {
        EmbeddingModel impatient = instance(model, Duration.ofMillis(100));
        impatient.embed("text");
        redis.freeze();

        for (int i = 0; i < 100; i++) {
            assertThat(impatient.embed("text " + i)).isNotNull();
        }

        redis.thaw();
        assertThat(model.calls).hasSizeGreaterThanOrEqualTo(100);
    }

    @Test
    void isLeftAloneOnceItHasFailedSomeTimes() {
        redis.kill();
        for (int i = 0; i < 4; i++) {
            cached.embed("text");
        }

        redis.restart();
        cached.embed("text");

        assertThat(redis.say("DBSIZE")).isEqualTo(":0");
    }

    private double count(String result) {
        return registry.get("embedding.cache")
                .tag("level", "redis")
                .tag("result", result)
                .counter()
                .count();
    }
}
