package io.genstage.howto;

import java.time.Duration;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Failure;
import io.genstage.annotation.Rate;
import io.genstage.failure.RetryAfterException;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * Charges orders by a slow service that takes so many calls and no more.
 */
// tag::charging[]
@Component
class Charging {

	private final RestClient bank;

	Charging(RestClient bank) {
		this.bank = bank;
	}

	@Consumer(subscribeTo = "orders", concurrency = 8, rate = @Rate(events = 50, burst = 10),
			failure = @Failure(maxRetries = "5", timeout = "10s", excludes = HttpClientErrorException.BadRequest.class))
	void charge(Order order) {
		try {
			this.bank.put().uri("/charges/{id}", order.id()).body(order).retrieve().toBodilessEntity();
		}
		catch (HttpClientErrorException.TooManyRequests ex) {
			throw new RetryAfterException(pause(ex.getResponseHeaders()), ex);
		}
	}

	private static Duration pause(HttpHeaders headers) {
		String seconds = headers.getFirst(HttpHeaders.RETRY_AFTER);
		return Duration.ofSeconds((seconds != null) ? Long.parseLong(seconds) : 1);
	}

}
// end::charging[]
