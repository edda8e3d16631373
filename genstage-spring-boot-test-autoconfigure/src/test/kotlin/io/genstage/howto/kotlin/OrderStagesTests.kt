package io.genstage.howto.kotlin

import io.genstage.boot.test.autoconfigure.GenStageTest
import io.genstage.delivery.Outcome
import io.genstage.desk.DeadLetterDesk
import io.genstage.test.DeadLetterDeskAssert
import io.genstage.test.StageProbes
import io.genstage.test.TestSystem
import java.io.IOException
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.TestConfiguration
import org.springframework.context.annotation.Bean

/**
 * Stages in Kotlin.
 */
// tag::test[]
@GenStageTest(OrderQueue::class, OrderStages::class)
class OrderStagesTests @Autowired constructor(
	private val probes: StageProbes,
	private val time: TestSystem,
	private val desk: DeadLetterDesk
) {

	private val order = Order(1, "Ann", 3)

	@Test
	fun `books an order in two instalments`() {
		probes.emit("orders", order, Order(2, "Ann", 0))
		time.advance(Duration.ofSeconds(1))
		assertThat(probes.events("book")).containsExactly(Invoice(order, 7), Invoice(order, 8))
	}

	@Test
	fun `tries again when the books are closed`() {
		probes.failNext("book", 1, IOException("closed"))
		val booked = probes.deliver("orders", order)
		time.advance(Duration.ofSeconds(5))
		assertThat(booked).isCompletedWithValue(Outcome.ACCEPTED)
	}

	@Test
	fun `keeps an order without a price`() {
		val unknown = Order(3, "Bob", 1)
		probes.emit("orders", unknown)
		DeadLetterDeskAssert.assertThat(desk).fromStage("price").hasLetters(1).events().containsExactly(unknown)
	}

	@TestConfiguration(proxyBeanMethods = false)
	open class Fakes {

		@Bean
		fun prices(): Prices = object : Prices {
			override suspend fun of(customer: String) = if (customer == "Ann") 5 else null
		}

		@Bean
		fun books(): Books = object : Books {
			override suspend fun add(invoices: List<Invoice>) = Unit
		}

	}

}
// end::test[]
