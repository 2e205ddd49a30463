package dev.tributary.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {
    @Test
    void takesTenantsUpToTheirLength() {
        String longest = "t".repeat(AccessRules.TENANT_LENGTH_MAX);

        assertThat(AccessRules.tenant("tenant", longest)).isEqualTo(longest);
        assertRefused(() -> AccessRules.tenant("tenant", longest + "t"), "tenant");
        assertRefused(() -> AccessRules.tenant("tenant", ""), "tenant");
        assertRefused(() -> AccessRules.tenant("tenant", "a\0b"), "tenant");
    }

    @Test
    void keepsDigestsInLowerCase() {
        assertThat(AccessRules.digest("acl[0]", "00FFab")).isEqualTo("00ffab");
        assertThat(AccessRules.digest("acl[0]", "aB".repeat(64))).isEqualTo("ab".repeat(64));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "abc", "xy", "ab cd", "0x00", "ａｂ"})
    void refusesADigestThatIsNotHexadecimal(String digest) {
        assertRefused(() -> AccessRules.digest("acl[0]", digest), "acl[0]");
        assertRefused(() -> AccessRules.digest("acl[0]", "ab".repeat(65)), "acl[0]");
    }

    private static void assertRefused(Runnable reading, String field) {
        assertThatThrownBy(reading::run)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal ->
                                assertThat(refusal.errors().getFirst().field()).isEqualTo(field));
    }
}
