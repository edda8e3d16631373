package io.genstage.planted;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The engine and its tests once more, with one mistake in the engine. Classes of ours are
 * loaded anew, so that they meet the faulty one; all others are shared.
 */
final class FaultyEngine extends ClassLoader {

	private static final String OURS = "io.genstage.";

	private final Map<String, byte[]> faulty;

	private FaultyEngine(Map<String, byte[]> faulty) {
		super(FaultyEngine.class.getClassLoader());
		this.faulty = faulty;
	}

	static FaultyEngine with(PlantedFault fault) {
		return new FaultyEngine(compile(fault));
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		if (!name.startsWith(OURS)) {
			return super.loadClass(name, resolve);
		}
		synchronized (getClassLoadingLock(name)) {
			Class<?> loaded = findLoadedClass(name);
			return (loaded != null) ? loaded : define(name);
		}
	}

	private Class<?> define(String name) throws ClassNotFoundException {
		byte[] code = this.faulty.containsKey(name) ? this.faulty.get(name) : soundCode(name);
		return defineClass(name, code, 0, code.length);
	}

	private byte[] soundCode(String name) throws ClassNotFoundException {
		try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
			if (code == null) {
				throw new ClassNotFoundException(name);
			}
			return code.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, byte[]> compile(PlantedFault fault) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter complaints = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			CompiledClasses compiled = new CompiledClasses(files);
			// Warnings are for code that stays.
			boolean compiles = compiler
				.getTask(complaints, compiled, null, List.of("-proc:none", "-nowarn", "-g"), null,
						List.of(new Source(fault)))
				.call();
			if (!compiles) {
				throw new IllegalStateException("the fault '%s' does not compile:%n%s".formatted(fault, complaints));
			}
			return compiled.byName();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The source with the mistake.
	 */
	private static final class Source extends SimpleJavaFileObject {

		private final String text;

		Source(PlantedFault fault) {
			super(URI.create("string:///" + fault.className() + Kind.SOURCE.extension), Kind.SOURCE);
			this.text = fault.faultySource();
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

	}

	/**
	 * Keeps what the compiler writes.
	 */
	private static final class CompiledClasses extends ForwardingJavaFileManager<JavaFileManager> {

		private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

		CompiledClasses(JavaFileManager files) {
			super(files);
		}

		@Override
		public JavaFileObject getJavaFileForOutput(Location location, String className, JavaFileObject.Kind kind,
				FileObject sibling) {
			ByteArrayOutputStream code = new ByteArrayOutputStream();
			this.written.put(className, code);
			return new SimpleJavaFileObject(URI.create("bytes:///" + className), kind) {
				@Override
				public OutputStream openOutputStream() {
					return code;
				}
			};
		}

		Map<String, byte[]> byName() {
			Map<String, byte[]> code = new HashMap<>();
			this.written.forEach((name, bytes) -> code.put(name, bytes.toByteArray()));
			return code;
		}

	}

}
