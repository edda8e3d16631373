package io.genstage.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * A flight recording of all that stages do, however short it is.
 */
final class FlightTape implements AutoCloseable {

	private final Recording recording = new Recording();

	FlightTape() {
		this.recording.enable("genstage.Handling").withThreshold(Duration.ZERO);
		this.recording.start();
	}

	/** Ends the recording and returns what it has of one kind and one stage. */
	List<RecordedEvent> of(String event, String stage) {
		return all().stream()
			.filter((one) -> one.getEventType().getName().equals(event) && stage.equals(one.getString("stage")))
			.toList();
	}

	/** Ends the recording and returns all that is of stages and pipelines. */
	List<RecordedEvent> all() {
		if (this.recording.getState() == RecordingState.RUNNING) {
			this.recording.stop();
		}
		try {
			Path file = Files.createTempFile("tape", ".jfr");
			try {
				this.recording.dump(file);
				return RecordingFile.readAllEvents(file)
					.stream()
					.filter((one) -> one.getEventType().getName().startsWith("genstage."))
					.toList();
			}
			finally {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.recording.close();
	}

}
