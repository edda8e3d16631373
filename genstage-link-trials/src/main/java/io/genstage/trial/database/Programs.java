package io.genstage.trial.database;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.trial.process.ServerMissingException;

/**
 * Where programs are that a package has installed.
 */
final class Programs {

	private Programs() {
	}

	/**
	 * Finds a program on the path, else in folders that packages use.
	 * @param name the name of the program
	 * @param folders further folders, the best one first
	 * @return the program itself, behind all links
	 */
	static Path find(String name, List<Path> folders) {
		Stream<Path> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.filter((folder) -> !folder.isEmpty())
			.map(Path::of);
		return Stream.concat(path, folders.stream())
			.map((folder) -> folder.resolve(name))
			.filter(Files::isExecutable)
			.map(Programs::behindLinks)
			.findFirst()
			.orElseThrow(
					() -> new ServerMissingException("found no %s on the path nor in %s".formatted(name, folders)));
	}

	/**
	 * Finds the folders of the versions of a product, the newest first.
	 * @param parent where there is a folder for each version
	 * @param below the folder of the programs below that
	 * @return the folders, none if there is no parent
	 */
	static List<Path> ofVersions(Path parent, String below) {
		if (!Files.isDirectory(parent)) {
			return List.of();
		}
		try (Stream<Path> versions = Files.list(parent)) {
			return versions.filter((version) -> version.getFileName().toString().matches("\\d+"))
				.sorted(Comparator.comparingInt(Programs::version).reversed())
				.map((version) -> version.resolve(below))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int version(Path folder) {
		return Integer.parseInt(folder.getFileName().toString());
	}

	private static Path behindLinks(Path program) {
		try {
			return program.toRealPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
