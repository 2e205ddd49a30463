package dev.tributary.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.Caller;
import dev.tributary.testing.HttpIT;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class AliasIT extends HttpIT {
    @Autowired private Catalogue catalogue;

    @BeforeAll
    void createCollections() {
        put("/collections/blue?namespace=aliases", "{\"dimension\": 1}");
        put("/collections/green?namespace=aliases", "{\"dimension\": 2}");
    }

    @Test
    void isAcceptedWhereACollectionIs() {
        Answer created = alias("current", "blue");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body())
                .hasToString(
                        "{\"namespace\":\"aliases\",\"alias\":\"current\",\"collection\":\"blue\"}");
        JsonNode body = get("/collections/current?namespace=aliases").body();
        assertThat(body.path("name").asString()).isEqualTo("blue");
        assertThat(body.path("aliases").valueStream().map(JsonNode::asString)).contains("current");
    }

    @Test
    void aSwitchIsSeenAtOnce() {
        alias("switched", "blue");
        assertThat(catalogue.resolve(Caller.unrestricted("aliases"), "switched").name())
                .isEqualTo("blue");

        assertThat(alias("switched", "green").status()).isEqualTo(200);

        assertThat(catalogue.resolve(Caller.unrestricted("aliases"), "switched").name())
                .isEqualTo("green");
    }

    @Test
    void anAliasOfAnAliasFollowsIt() {
        alias("second", "blue");
        alias("first", "second");
        assertThat(catalogue.resolve(Caller.unrestricted("aliases"), "first").name())
                .isEqualTo("blue");

        alias("second", "green");

        assertThat(catalogue.resolve(Caller.unrestricted("aliases"), "first").name())
                .isEqualTo("green");
        assertThat(
                        get("/collections/green?namespace=aliases")
                                .body()
                                .path("aliases")
                                .valueStream()
                                .map(JsonNode::asString))
                .contains("first", "second");
    }

    @Test
    void refusesALoop() {
        alias("loop-a", "blue");
        alias("loop-b", "loop-a");
        alias("loop-c", "loop-b");

        for (String target : new String[] {"loop-a", "loop-b", "loop-c"}) {
            Answer answer = alias("loop-a", target);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("alias_loop");
        }
        assertThat(alias("loop-new", "loop-new").code()).isEqualTo("alias_loop");
        assertThat(catalogue.resolve(Caller.unrestricted("aliases"), "loop-c").name())
                .isEqualTo("blue");
    }

    @Test
    void aNameIsACollectionOrAnAlias() {
        alias("taken", "blue");

        Answer collection = put("/collections/taken?namespace=aliases", "{\"dimension\": 1}");
        Answer alias = alias("green", "blue");

        assertThat(collection.status()).isEqualTo(409);
        assertThat(collection.code()).isEqualTo("name_taken");
        assertThat(alias.status()).isEqualTo(409);
        assertThat(alias.code()).isEqualTo("name_taken");
    }

    @Test
    void aCollectionIsNotDeletedThroughItsAlias() {
        alias("shortcut", "blue");

        Answer answer = delete("/collections/shortcut?namespace=aliases");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("is_alias");
        assertThat(get("/collections/blue?namespace=aliases").status()).isEqualTo(200);
    }

    @Test
    void isDeletedWithThoseThatLeadToIt() {
        alias("stem", "blue");
        alias("leaf", "stem");

        assertThat(delete("/aliases/stem?namespace=aliases").status()).isEqualTo(204);

        assertThat(delete("/aliases/stem?namespace=aliases").code()).isEqualTo("alias_not_found");
        assertThat(get("/collections/leaf?namespace=aliases").status()).isEqualTo(404);
    }

    @Test
    void listsWhatEachLeadsTo() {
        put("/collections/only?namespace=alias-list", "{\"dimension\": 1}");
        put("/aliases/one?namespace=alias-list", "{\"collection\": \"only\"}");
        put("/aliases/two?namespace=alias-list", "{\"collection\": \"one\"}");

        JsonNode first = get("/aliases?namespace=alias-list&limit=1").body();
        JsonNode second = get("/aliases?namespace=alias-list&cursor=one").body();

        assertThat(first.path("next_cursor").asString()).isEqualTo("one");
        assertThat(first.path("aliases").path(0).path("collection").asString()).isEqualTo("only");
        assertThat(second.path("aliases").path(0).path("collection").asString()).isEqualTo("one");
        assertThat(second.has("next_cursor")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"collection\": null}", "{\"collection\": \"No Name\"}"})
    void needsATarget(String body) {
        Answer answer = put("/aliases/aimless?namespace=aliases", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo("collection");
    }

    @Test
    void doesNotLeadNowhere() {
        Answer answer = alias("nowhere", "absent");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("collection_not_found");
    }

    private Answer alias(String alias, String target) {
        return put(
                "/aliases/" + alias + "?namespace=aliases", "{\"collection\": \"" + target + "\"}");
    }
}
