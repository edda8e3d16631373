package io.genstage.jdbc.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * Folders that are gone when the tests are over.
 */
final class TemporaryFolders {

	private TemporaryFolders() {
	}

	static void deleteWithThisJvm(Path folder) {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "delete " + folder));
	}

	static void delete(Path folder) {
		try {
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
