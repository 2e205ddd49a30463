package dev.tributary.security;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may call.
 *
 * @param trustNetwork true lets the service listen on addresses other than loopback although it
 *     requires no key. For containers whose published port is on the host's loopback; on a network,
 *     everybody could read and delete everything
 */
@Validated
@ConfigurationProperties(prefix = "tributary.security", ignoreUnknownFields = false)
record SecurityProperties(@DefaultValue("false") boolean trustNetwork) {}
