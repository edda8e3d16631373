package io.genstage.trial.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * Folders that are gone when the tests are over.
 */
public final class TemporaryFolders {

	private TemporaryFolders() {
	}

	/**
	 * Deletes a folder when this JVM ends.
	 * @param folder the folder, with all that is in it
	 */
	public static void deleteWithThisJvm(Path folder) {
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
