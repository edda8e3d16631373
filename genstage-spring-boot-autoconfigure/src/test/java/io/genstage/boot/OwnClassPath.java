package io.genstage.boot;

import java.io.File;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A class path of its own, from which all classes but those of the JDK are loaded anew,
 * as if another application ran.
 */
final class OwnClassPath extends URLClassLoader {

	private OwnClassPath(URL[] places) {
		super(places, ClassLoader.getPlatformClassLoader());
	}

	/**
	 * Returns the class path of the tests, from which jars are absent.
	 * @param artifacts the ids of their artifacts, each of which is there without this
	 */
	static OwnClassPath without(String... artifacts) {
		List<Path> all = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.toList();
		assertThat(artifacts).allSatisfy((artifact) -> assertThat(all).anyMatch((place) -> isJarOf(artifact, place)));
		return new OwnClassPath(all.stream()
			.filter((place) -> Stream.of(artifacts).noneMatch((artifact) -> isJarOf(artifact, place)))
			.map(OwnClassPath::url)
			.toArray(URL[]::new));
	}

	private static boolean isJarOf(String artifact, Path place) {
		return place.getFileName().toString().matches(artifact + "-\\d.*\\.jar");
	}

	private static URL url(Path place) {
		try {
			return place.toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs a program on this class path.
	 * @param program a class that is loaded anew and has a public constructor
	 * @param <T> a type of the JDK
	 * @return its result
	 */
	@SuppressWarnings("unchecked") // the class says so, however often it is loaded
	<T> T call(Class<? extends Callable<T>> program) throws Exception {
		ClassLoader before = ClassUtils.overrideThreadContextClassLoader(this);
		try {
			return ((Callable<T>) loadClass(program.getName()).getConstructor().newInstance()).call();
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

}
