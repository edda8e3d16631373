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
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes orders, and answers when they are in the queue or when they are handled.
 */
// tag::controller[]
@RestController
@RequestMapping("/orders")
class OrderController {

	private final EventQueue<Order> orders;

	OrderController(EventQueue<Order> orders) {
		this.orders = orders;
	}

	@PostMapping("/later")
	ResponseEntity<Void> accept(@RequestBody Order order) {
		return ResponseEntity.status(this.orders.offer(order) ? 202 : 503).build();
	}

	@PostMapping
	CompletionStage<ResponseEntity<Void>> handle(@RequestBody Order order) {
		return this.orders.deliver(order)
			.thenApply((outcome) -> ResponseEntity.status((outcome == Outcome.ACCEPTED) ? 200 : 500).build());
	}

	@ExceptionHandler(QueueFullException.class)
	@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
	void full() {
	}

}
// end::controller[]
