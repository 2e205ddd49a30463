package dev.tributary.observe;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the recall of live searches is measured.
 *
 * @param recallShare share of the approximate searches that are run again exactly, 0 (none) to 1
 * @param recallBudget share of the time that these may take in all, 0.0001 to 1
 */
@Validated
@ConfigurationProperties(prefix = "tributary.observe", ignoreUnknownFields = false)
record ObserveProperties(
        @DefaultValue("0.001") @DecimalMin("0") @DecimalMax("1") double recallShare,
        @DefaultValue("0.01") @DecimalMin("0.0001") @DecimalMax("1") double recallBudget) {}
