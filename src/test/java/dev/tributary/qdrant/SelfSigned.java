package dev.tributary.qdrant;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;

/** A key and a certificate that it has signed itself. */
final class SelfSigned {
    private static final char[] PASSWORD = "of the tests".toCharArray();

    private final KeyStore keys;
    private final Path certificate;

    /**
     * Makes them by the JDK's keytool.
     *
     * @param name whom the certificate is for, such as {@code ip:127.0.0.1}
     */
    SelfSigned(Path folder, String name) throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=a test",
                                "-ext",
                                "san=" + name,
                                "-alias",
                                "key",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                store.toString())
                        .inheritIO()
                        .start();
        if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
            throw new IllegalStateException("no key made");
        }
        keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        String encoded =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getCertificate("key").getEncoded());
        certificate =
                Files.writeString(
                        folder.resolve("certificate.pem"),
                        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                                .formatted(encoded),
                        StandardCharsets.US_ASCII);
    }

    /** A file in PEM. */
    Path certificate() {
        return certificate;
    }

    ServerCredentials server() throws Exception {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        return TlsServerCredentials.newBuilder().keyManager(managers.getKeyManagers()).build();
    }
}
