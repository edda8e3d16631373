package io.genstage.boot

import io.genstage.Subscription
import io.genstage.annotation.Consumer
import io.genstage.annotation.Producer
import io.genstage.annotation.ProducerConsumer
import io.genstage.annotation.TaskPerEvent
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.yield

/**
 * Stages whose methods are suspend functions.
 */
open class SuspendingStages {

	open val kept = CopyOnWriteArrayList<String>()

	private val numbers = ArrayDeque(listOf(1, 2))

	@Producer
	open suspend fun numbers(demand: Int): List<Int> {
		yield()
		return listOfNotNull(numbers.removeFirstOrNull())
	}

	@ProducerConsumer(subscribeTo = ["numbers"])
	open suspend fun twice(number: Int): Int {
		delay(1)
		return 2 * number
	}

	@ProducerConsumer(subscribeTo = ["twice"])
	open suspend fun repeated(number: Int): Flow<String> {
		yield()
		return flowOf("a$number", "b$number")
	}

	@Consumer(subscribeTo = ["repeated"])
	open suspend fun keep(from: Subscription, texts: List<CharSequence>) {
		delay(1)
		texts.forEach { kept.add("$it from ${from.producer().name()}") }
	}

}

/**
 * A consumer that waits until it is told to go on.
 */
class SuspendedConsumer {

	val begun = CopyOnWriteArrayList<CompletableDeferred<Unit>>()

	@Volatile
	var cancelled = false

	@Consumer(subscribeTo = ["letters"])
	suspend fun wait(letter: String) {
		val work = CompletableDeferred<Unit>()
		begun.add(work)
		try {
			work.await()
		}
		catch (ex: CancellationException) {
			cancelled = true
			throw ex
		}
	}

}

/**
 * A consumer whose tasks wait until they are cancelled.
 */
class SuspendedTasks {

	val begun = CopyOnWriteArrayList<String>()

	@Consumer(subscribeTo = ["letters"], taskPerEvent = TaskPerEvent())
	suspend fun ship(letter: String) {
		begun.add(letter)
		CompletableDeferred<Unit>().await()
	}

}

/**
 * A producer of events that are known by its type only.
 */
class SuspendingProducer {

	data class Parcel(val address: String)

	@Producer
	suspend fun parcels(demand: Int): List<Parcel> = listOf()

	@Consumer(subscribeTo = ["parcels"])
	fun ship(parcel: Any) {
	}

}

/**
 * Consumers that can't be.
 */
class SuspendedMistakes {

	@Consumer(subscribeTo = ["letters"], name = "wrongType")
	suspend fun wrongType(number: Int) {
	}

	@Consumer(subscribeTo = ["letters"], name = "returning")
	suspend fun returning(letter: String): String = letter

	suspend fun returning(number: Int) {
	}

}
