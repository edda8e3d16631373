package io.genstage.trial.database;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;

import io.genstage.trial.process.Command;
import io.genstage.trial.process.ServerMissingException;
import org.jspecify.annotations.Nullable;

/**
 * Who runs a server: the user of this JVM; but servers of databases refuse to be run by
 * root, so then another user of the machine.
 */
final class ServerUser {

	private final @Nullable String other;

	private ServerUser(@Nullable String other) {
		this.other = other;
	}

	static ServerUser find(String... candidates) throws IOException {
		if (!"root".equals(System.getProperty("user.name"))) {
			return new ServerUser(null);
		}
		for (String candidate : candidates) {
			try {
				principal(candidate);
				return new ServerUser(candidate);
			}
			catch (UserPrincipalNotFoundException ex) {
				// The next one, then.
			}
		}
		throw new ServerMissingException(
				"root can't run a server of a database, and there is none of the users " + List.of(candidates));
	}

	/** Returns the command as this user gives it. */
	List<String> command(List<String> command) {
		if (this.other == null) {
			return command;
		}
		List<String> asOther = new ArrayList<>(List.of("setpriv", "--reuid", this.other, "--regid",
				Command.output(List.of("id", "-g", this.other)), "--clear-groups", "--"));
		asOther.addAll(command);
		return asOther;
	}

	void own(Path file) throws IOException {
		if (this.other != null) {
			Files.setOwner(file, principal(this.other));
		}
	}

	private static UserPrincipal principal(String user) throws IOException {
		return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user);
	}

}
