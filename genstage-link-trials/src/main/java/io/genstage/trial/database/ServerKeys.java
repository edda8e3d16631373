package io.genstage.trial.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

import io.genstage.trial.process.Command;

/**
 * The key of a server on the loopback interface, and the certificate by which its clients
 * know it, as text.
 *
 * @param key the file of the key, which only its owner may read
 * @param certificate the file of the certificate
 */
public record ServerKeys(Path key, Path certificate) {

	private static final String ALIAS = "server";

	/**
	 * Makes them by the keytool of this JDK.
	 * @param folder where to, which has none yet
	 * @return the files
	 */
	public static ServerKeys make(Path folder) throws IOException {
		Path store = folder.resolve("server.p12");
		String password = DatabaseServer.newPassword();
		Command.output(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
				"-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext",
				"SAN=IP:127.0.0.1", "-startdate", "-1d", "-validity", "30", "-storetype", "PKCS12", "-keystore",
				store.toString(), "-storepass", password));
		try (InputStream input = Files.newInputStream(store)) {
			KeyStore keys = KeyStore.getInstance("PKCS12");
			keys.load(input, password.toCharArray());
			Path key = folder.resolve("server.key");
			Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			return new ServerKeys(write(key, "PRIVATE KEY", keys.getKey(ALIAS, password.toCharArray()).getEncoded()),
					write(folder.resolve("server.crt"), "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("no key can be read of what keytool has made", ex);
		}
	}

	private static Path write(Path file, String what, byte[] bytes) throws IOException {
		String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
		return Files.writeString(file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(what, text));
	}

}
