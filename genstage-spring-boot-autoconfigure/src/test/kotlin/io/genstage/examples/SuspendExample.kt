package io.genstage.examples

import io.genstage.annotation.Consumer
import io.genstage.annotation.Producer
import io.genstage.annotation.ProducerConsumer
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.yield

/**
 * Suspend functions as handlers.
 */
class SuspendExample {

	private val prices = Prices()

	val books = Books()

	@Producer
	fun orders() = listOf("ann", "bob").stream()

	// tag::suspend[]
	@ProducerConsumer(subscribeTo = ["orders"])
	suspend fun priced(customer: String): String = "$customer pays ${prices.of(customer)}"

	@ProducerConsumer(subscribeTo = ["priced"])
	suspend fun copies(invoice: String): Flow<String> = flowOf("$invoice (original)", "$invoice (copy)")

	@Consumer(subscribeTo = ["copies"])
	suspend fun book(invoice: String) {
		books.add(invoice)
	}
	// end::suspend[]

	class Prices {

		suspend fun of(customer: String): Int {
			yield()
			return customer.length
		}

	}

	class Books {

		val invoices = CopyOnWriteArrayList<String>()

		suspend fun add(invoice: String) {
			yield()
			invoices.add(invoice)
		}

	}

}
