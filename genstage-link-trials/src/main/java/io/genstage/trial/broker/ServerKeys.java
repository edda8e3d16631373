package io.genstage.trial.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.UUID;

import io.genstage.trial.process.Command;

/**
 * The key of a server on the loopback interface, and the certificate by which its clients
 * know it, each in a store of its own. Both have the same password, which nobody knows in
 * advance, so that a test can look for it where it must not be.
 */
final class ServerKeys {

	private static final String TYPE = "PKCS12";

	private static final String ALIAS = "server";

	private final Path keyStore;

	private final Path trustStore;

	private final String password = UUID.randomUUID().toString();

	private ServerKeys(Path folder) {
		this.keyStore = folder.resolve("server.p12");
		this.trustStore = folder.resolve("trusted.p12");
	}

	/** Makes them by the keytool of this JDK, in a folder that has none yet. */
	static ServerKeys make(Path folder) throws IOException {
		ServerKeys keys = new ServerKeys(folder);
		keys.makeKeyStore();
		keys.makeTrustStore();
		return keys;
	}

	private void makeKeyStore() {
		Command.output(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
				"-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext",
				"SAN=IP:127.0.0.1", "-startdate", "-1d", "-validity", "30", "-storetype", TYPE, "-keystore",
				this.keyStore.toString(), "-storepass", this.password));
	}

	private void makeTrustStore() throws IOException {
		try (InputStream input = Files.newInputStream(this.keyStore);
				OutputStream output = Files.newOutputStream(this.trustStore)) {
			KeyStore keys = KeyStore.getInstance(TYPE);
			keys.load(input, this.password.toCharArray());
			KeyStore trusted = KeyStore.getInstance(TYPE);
			trusted.load(null, null);
			trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
			trusted.store(output, this.password.toCharArray());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("no store of the certificate can be made", ex);
		}
	}

	String type() {
		return TYPE;
	}

	Path keyStore() {
		return this.keyStore;
	}

	Path trustStore() {
		return this.trustStore;
	}

	String password() {
		return this.password;
	}

}
