package io.genstage.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * A lock for a database that runs within the processes that use it: within this JVM, and
 * by a locked file beside that of the database among processes. The operating system
 * unlocks the file of a process that has died. The file stays, since another process may
 * be about to lock it.
 */
final class ProcessLinkLock implements LinkLock {

	/**
	 * What is taken in this JVM. Asked before the file is opened: when a process closes a
	 * file, some systems take away all of its locks on that file.
	 */
	private static final Set<String> taken = ConcurrentHashMap.newKeySet();

	private final String name;

	private final @Nullable Path file;

	private @Nullable FileLock lock;

	private boolean owned;

	private ProcessLinkLock(String name, @Nullable Path file) {
		this.name = name;
		this.file = file;
	}

	/** Returns the lock of a database in memory. */
	static ProcessLinkLock inMemory(String database, String link) {
		return new ProcessLinkLock(database + " " + link, null);
	}

	/** Returns the lock of a database in a file. */
	static ProcessLinkLock beside(Path database, String link) {
		Path file = database.resolveSibling(
				String.format(Locale.ROOT, "%s.link-%016x.lock", database.getFileName(), ColumnText.digest(link)));
		return new ProcessLinkLock(file.toString(), file);
	}

	@Override
	public boolean take() {
		if (!this.owned && taken.add(this.name)) {
			try {
				this.owned = this.file == null || takeFile(this.file);
			}
			finally {
				if (!this.owned) {
					taken.remove(this.name);
				}
			}
		}
		return this.owned;
	}

	private boolean takeFile(Path file) {
		try {
			FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
			try {
				this.lock = channel.tryLock();
			}
			catch (OverlappingFileLockException ex) {
				// By classes of another class loader; this.lock stays null.
			}
			finally {
				if (this.lock == null) {
					channel.close();
				}
			}
			return this.lock != null;
		}
		catch (AccessDeniedException | NoSuchFileException ex) {
			throw new IllegalStateException(
					"the file %s, which says who reads the link, can't be written".formatted(file), ex);
		}
		catch (IOException ex) {
			throw new DataAccessResourceFailureException("could not lock the file " + file, ex);
		}
	}

	@Override
	public void release() {
		if (!this.owned) {
			return;
		}
		this.owned = false;
		FileLock held = this.lock;
		this.lock = null;
		try {
			if (held != null) {
				held.acquiredBy().close();
			}
		}
		catch (IOException ex) {
			throw new DataAccessResourceFailureException("could not unlock the file " + this.file, ex);
		}
		finally {
			taken.remove(this.name);
		}
	}

}
