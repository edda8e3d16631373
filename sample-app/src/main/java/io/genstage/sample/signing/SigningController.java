package io.genstage.sample.signing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.source.EventQueue;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The door of the bookshop.
 */
@RestController
@RequestMapping("/signing")
class SigningController {

	private final EventQueue<Reader> line;

	private final TicketCheck tickets;

	private final Author author;

	private final Duration pace;

	private final AtomicLong accepted = new AtomicLong();

	private final AtomicLong refused = new AtomicLong();

	SigningController(EventQueue<Reader> line, TicketCheck tickets, Author author, SigningProperties properties) {
		this.line = line;
		this.tickets = tickets;
		this.author = author;
		this.pace = properties.pace();
	}

	/**
	 * Puts a reader in line. Whoever gets 202 will be served; whoever gets 503 is not in
	 * line.
	 * @param arrival the reader
	 * @return 202, or 503 if the line is full or closed
	 */
	@PostMapping("/arrivals")
	ResponseEntity<?> arrive(@RequestBody Arrival arrival) {
		if (this.line.offer(arrival.toReader())) {
			this.accepted.incrementAndGet();
			return ResponseEntity.accepted().build();
		}
		this.refused.incrementAndGet();
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, Long.toString(secondsForOneBook()))
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"The line is full or closed: please come back later"));
	}

	private long secondsForOneBook() {
		return Math.max(this.pace.plusMillis(999).toSeconds(), 1);
	}

	@GetMapping
	Signing signing() {
		return new Signing(this.line.size(), this.line.capacity(), this.accepted.get(), this.refused.get(),
				this.tickets.turnedAway(), this.author.signed());
	}

	/**
	 * How the signing goes.
	 *
	 * @param line how many readers are in line
	 * @param capacity how many may be
	 * @param accepted how many have been let in
	 * @param refused how many found the line full or closed
	 * @param turnedAway how many had a wrong ticket
	 * @param signed how many have got their book
	 */
	record Signing(int line, int capacity, long accepted, long refused, long turnedAway, long signed) {
	}

}
