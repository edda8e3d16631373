package io.genstage.trial.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The process of a server, with a shell as its parent.
 */
public final class ServerProcess {

	/*
	 * The shell stops the server when its own input ends: on request, and when this JVM
	 * is gone, however it went. In the latter case nobody else removes the folder. It
	 * ends with the server, whose exit it collects: a killed server is really gone then.
	 */
	private static final String SHELL = """
			signal=$1; folder=$2; shift 2
			exec 3<&0
			"$@" 3<&- </dev/null >>"$folder/log" 2>&1 &
			server=$!
			echo $server
			exec >/dev/null 2>&1
			{ read -r word <&3; kill -s "$signal" $server; } &
			reader=$!
			trap '' INT TERM HUP
			wait $server
			if kill $reader 2>/dev/null; then exit 1; fi
			[ -e "$folder/keep" ] || rm -rf "$folder"
			""";

	private final Path folder;

	private final Process shell;

	private final ProcessHandle server;

	private ServerProcess(Path folder, Process shell, ProcessHandle server) {
		this.folder = folder;
		this.shell = shell;
		this.server = server;
	}

	/**
	 * Starts a server.
	 * @param folder where all that it writes is, and its log, of its own
	 * @param signal the name of the signal that stops it
	 * @param command the command, which must not start another process in its place
	 * @return the process
	 */
	public static ServerProcess start(Path folder, String signal, List<String> command) throws IOException {
		Files.deleteIfExists(folder.resolve("keep"));
		List<String> shellCommand = new ArrayList<>(List.of("sh", "-c", SHELL, "server", signal, folder.toString()));
		shellCommand.addAll(command);
		Process shell = new ProcessBuilder(shellCommand).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		BufferedReader output = shell.inputReader(StandardCharsets.UTF_8);
		long pid = Long.parseLong(output.readLine());
		return new ServerProcess(folder, shell, ProcessHandle.of(pid)
			.orElseThrow(() -> new IllegalStateException("the server has ended: " + log(folder))));
	}

	public boolean isRunning() {
		return this.shell.isAlive();
	}

	public String log() {
		return log(this.folder);
	}

	private static String log(Path folder) {
		try {
			return Files.readString(folder.resolve("log"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/** Stops the server in its own way and keeps what it has stored. */
	public void stop() throws IOException {
		Files.createFile(this.folder.resolve("keep"));
		end();
	}

	/** Stops the server in its own way and removes its folder. */
	public void close() throws IOException {
		end();
	}

	private void end() throws IOException {
		this.shell.getOutputStream().close();
		awaitEnd();
	}

	/** Stops all its processes where they are, until they are to go on. */
	public void freeze() {
		signal("STOP");
	}

	/** Lets all its processes go on. */
	public void thaw() {
		signal("CONT");
	}

	/** Signals all of them; some may end meanwhile, so that a failure says nothing. */
	private void signal(String name) {
		List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s \"$@\" || true", "signal", name));
		processes().forEach((process) -> command.add(String.valueOf(process.pid())));
		Command.output(command);
	}

	private List<ProcessHandle> processes() {
		return Stream.concat(Stream.of(this.server), this.server.descendants()).toList();
	}

	/** Kills the server and all its processes, so that it can't do anything more. */
	public void kill() {
		List<ProcessHandle> all = processes();
		all.forEach(ProcessHandle::destroyForcibly);
		awaitEnd();
		all.forEach((process) -> process.onExit().join());
	}

	private void awaitEnd() {
		try {
			if (!this.shell.waitFor(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException("the server doesn't end: " + log());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while a server ended", ex);
		}
	}

}
