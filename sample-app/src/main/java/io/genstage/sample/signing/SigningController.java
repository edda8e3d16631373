package io.genstage.sample.signing;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

import io.genstage.delivery.Outcome;
import io.genstage.source.EventQueue;
import io.genstage.source.QueueClosedException;
import io.genstage.source.QueueFullException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.server.ResponseStatusException;

/**
 * The door of the bookshop.
 */
@RestController
@RequestMapping("/signing")
class SigningController {

	private final EventQueue<Reader> line;

	private final TicketCheck tickets;

	private final Author author;

	private final SigningProperties properties;

	private final Crowd crowd;

	private final AtomicLong arrived = new AtomicLong();

	private final AtomicLong refused = new AtomicLong();

	SigningController(EventQueue<Reader> line, TicketCheck tickets, Author author, SigningProperties properties,
			Crowd crowd) {
		this.line = line;
		this.tickets = tickets;
		this.author = author;
		this.properties = properties;
		this.crowd = crowd;
	}

	/**
	 * Puts a reader in line, and answers when the book is signed. No thread waits for
	 * that.
	 * @param arrival the reader
	 * @return 200 if the book is signed, 403 if the ticket is a wrong one, and 202 if the
	 * reader still waits after some time, or is kept as a dead letter
	 */
	@PostMapping("/arrivals")
	DeferredResult<ResponseEntity<?>> arrive(@RequestBody Arrival arrival) {
		Reader reader = arrival.toReader();
		this.arrived.incrementAndGet();
		DeferredResult<ResponseEntity<?>> answer = new DeferredResult<>(this.properties.patience().toMillis(),
				ResponseEntity.accepted().build());
		CompletionStage<Outcome> unused = this.line.deliver(reader).whenComplete((outcome, failure) -> {
			if (failure != null) {
				answer.setErrorResult(failure);
			}
			else {
				answer.setResult(answerTo(outcome));
			}
		});
		return answer;
	}

	private static ResponseEntity<?> answerTo(Outcome outcome) {
		return switch (outcome) {
			case ACCEPTED -> ResponseEntity.ok().build();
			case HANDED_OVER, DEAD_LETTERED -> ResponseEntity.accepted().build();
			default -> ResponseEntity
				.of(ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN, "The ticket is for something else"))
				.build();
		};
	}

	/**
	 * Lets readers come together, one in ten of them with a wrong ticket. They wait in
	 * front of the shop while the line is full.
	 * @param arrivals how many come
	 * @return how the signing goes
	 */
	@PostMapping("/crowds")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Signing arrive(@RequestBody Arrivals arrivals) {
		if (!this.crowd.come(arrivals.checked())) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					"%d readers wait in front of the shop, which is enough".formatted(this.crowd.outside()));
		}
		return signing();
	}

	/**
	 * Sends a reader away who is not in line.
	 * @return 503
	 */
	@ExceptionHandler({ QueueFullException.class, QueueClosedException.class })
	ResponseEntity<ProblemDetail> refuse() {
		this.refused.incrementAndGet();
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, Long.toString(secondsForOneBook()))
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
					"The line is full or closed: please come back later"));
	}

	private long secondsForOneBook() {
		Duration pace = this.properties.pace();
		return Math.max(pace.plusMillis(999).toSeconds(), 1);
	}

	@GetMapping
	Signing signing() {
		return new Signing(this.crowd.outside(), this.line.size(), this.line.capacity(),
				this.arrived.get() + this.crowd.arrived(), this.refused.get() + this.crowd.refused(),
				this.tickets.turnedAway(), this.author.signed());
	}

	/**
	 * How the signing goes.
	 *
	 * @param outside how many readers wait in front of the shop
	 * @param line how many are in line
	 * @param capacity how many may be
	 * @param arrived how many have come
	 * @param refused how many of them found the line full or closed
	 * @param turnedAway how many had a wrong ticket
	 * @param signed how many have got their book
	 */
	record Signing(int outside, int line, int capacity, long arrived, long refused, long turnedAway, long signed) {
	}

	/**
	 * Readers who come together.
	 *
	 * @param readers how many, from 1 to 1000
	 */
	record Arrivals(@Nullable Integer readers) {

		private static final int MOST = 1000;

		int checked() {
			if (this.readers == null || this.readers < 1 || this.readers > MOST) {
				throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
						"'readers' must be a number from 1 to %d".formatted(MOST));
			}
			return this.readers;
		}

	}

}
