package io.genstage.trial.rate;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * What is compared: it sends or receives the events of a trial, and counts those that are
 * confirmed, or handled. It returns when all are.
 */
public interface RateClient {

	void send(Trial trial, Progress progress) throws Exception;

	void receive(Trial trial, Progress progress) throws Exception;

	/** Does what the lines of the standard input say, until it ends. */
	static void serve(RateClient client) throws Exception {
		BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = lines.readLine(); line != null; line = lines.readLine()) {
			Trial trial = Trial.parse(line);
			Progress progress = new Progress(trial);
			if (trial.sends()) {
				client.send(trial, progress);
			}
			else {
				client.receive(trial, progress);
			}
			System.out.println(progress.rate().line()); // what the parent reads
		}
	}

}
