package io.genstage.boot.autoconfigure;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Draws how far the sources have come into one line of a terminal, again and again.
 */
final class ProgressBar implements ProgressOutput {

	private static final int WIDTH = 10;

	/** So long a line fits into any terminal, and can be drawn over. */
	private static final int LONGEST = 79;

	private static final String CLEAR = "\r\u001B[K";

	private final PrintWriter terminal;

	private final ReentrantLock lock = new ReentrantLock();

	ProgressBar(PrintWriter terminal) {
		this.terminal = terminal;
	}

	/** Returns a bar on the console, if that is a terminal. */
	@SuppressWarnings("SystemConsoleNull") // null up to Java 21, and asked further below
	static Optional<ProgressBar> onTerminal() {
		Console console = System.console();
		return (console != null && isTerminal(console)) ? Optional.of(new ProgressBar(console.writer()))
				: Optional.empty();
	}

	/** From Java 22 on there may be a console that is none. */
	private static boolean isTerminal(Console console) {
		@Nullable Method isTerminal = ReflectionUtils.findMethod(Console.class, "isTerminal");
		return isTerminal == null || Boolean.TRUE.equals(ReflectionUtils.invokeMethod(isTerminal, console));
	}

	@Override
	public void show(String pipeline, List<SourceReading> sources) {
		StringBuilder line = new StringBuilder();
		for (SourceReading source : sources) {
			line.append(line.isEmpty() ? "" : "  ").append(source.stage()).append(' ');
			if (source.percent() >= 0) {
				int done = source.percent() * WIDTH / 100;
				line.append('[').append("#".repeat(done)).append(".".repeat(WIDTH - done)).append("] ");
			}
			line.append(source);
		}
		write(CLEAR + fitting(line.toString()));
	}

	/** Returns as much as there is room for, without the rest of a part that is cut. */
	private static String fitting(String line) {
		if (line.length() <= LONGEST) {
			return line;
		}
		int end = line.lastIndexOf(", ", LONGEST);
		return line.substring(0, (end > 0) ? end : LONGEST);
	}

	@Override
	public void end(String pipeline) {
		write(CLEAR);
	}

	private void write(String text) {
		this.lock.lock();
		try {
			this.terminal.print(text); // the application has asked for it on its console
			this.terminal.flush();
		}
		finally {
			this.lock.unlock();
		}
	}

}
