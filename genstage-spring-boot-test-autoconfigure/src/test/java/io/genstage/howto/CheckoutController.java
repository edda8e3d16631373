package io.genstage.howto;

import java.util.concurrent.CompletionStage;

import io.genstage.delivery.Outcome;
import io.genstage.source.EventQueue;
import io.genstage.source.QueueFullException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers when an order has gone through all stages.
 */
// tag::controller[]
@RestController
class CheckoutController {

	private final EventQueue<Order> checkouts;

	CheckoutController(EventQueue<Order> checkouts) {
		this.checkouts = checkouts;
	}

	@PostMapping("/checkouts")
	CompletionStage<ResponseEntity<Void>> checkOut(@RequestBody Order order) {
		return this.checkouts.deliver(order)
			.thenApply((outcome) -> ResponseEntity.status((outcome == Outcome.ACCEPTED) ? 200 : 202).build());
	}

	@ExceptionHandler(QueueFullException.class)
	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	void full() {
	}

}
// end::controller[]
