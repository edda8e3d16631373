package io.genstage.howto.kotlin

import io.genstage.annotation.Batch
import io.genstage.annotation.Consumer
import io.genstage.annotation.Failure
import io.genstage.annotation.Producer
import io.genstage.annotation.ProducerConsumer
import io.genstage.failure.EventRejectedException
import io.genstage.source.EventQueue
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.stereotype.Component

// tag::stages[]
data class Order(val id: Long, val customer: String, val amount: Int)

data class Invoice(val order: Order, val total: Int)

interface Prices {

	suspend fun of(customer: String): Int?

}

interface Books {

	suspend fun add(invoices: List<Invoice>)

}

@Configuration(proxyBeanMethods = false)
class OrderQueue {

	@Bean
	@Producer
	fun orders() = EventQueue<Order>(1000)

}

@Component
class OrderStages(private val prices: Prices, private val books: Books) {

	@ProducerConsumer(subscribeTo = ["orders"], inFlight = 20, failure = Failure(maxRetries = "5", timeout = "10s"))
	suspend fun price(order: Order): Invoice? {
		if (order.amount == 0) {
			return null
		}
		val price = prices.of(order.customer) ?: throw EventRejectedException("no price for ${order.customer}")
		return Invoice(order, order.amount * price)
	}

	@ProducerConsumer(subscribeTo = ["price"])
	fun instalments(invoice: Invoice): Flow<Invoice> = flow {
		emit(invoice.copy(total = invoice.total / 2))
		emit(invoice.copy(total = invoice.total - invoice.total / 2))
	}

	@Consumer(subscribeTo = ["instalments"], batch = Batch(size = 500, timeout = "1s"))
	suspend fun book(invoices: List<Invoice>) {
		books.add(invoices)
	}

}
// end::stages[]
