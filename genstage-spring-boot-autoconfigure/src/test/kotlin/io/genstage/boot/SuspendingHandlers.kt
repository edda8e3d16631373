package io.genstage.boot

import io.genstage.annotation.Consumer
import io.genstage.delivery.Acknowledgement
import java.util.function.IntConsumer
import kotlinx.coroutines.yield

/**
 * A suspend function that fails at what can't be stored.
 */
class SuspendedKeeper(private val store: IntConsumer) {

	@Consumer(subscribeTo = ["numbers"])
	suspend fun keep(number: Int) {
		yield()
		store.accept(number)
	}

}

/**
 * A suspend function that settles its events itself, and rejects what can't be stored.
 */
class SuspendedAcknowledging(private val store: IntConsumer) {

	@Consumer(subscribeTo = ["numbers"], inFlight = 10)
	suspend fun keep(number: Int, acknowledgement: Acknowledgement) {
		yield()
		try {
			store.accept(number)
			acknowledgement.accept()
		}
		catch (ex: IllegalArgumentException) {
			acknowledgement.reject(ex)
		}
	}

}
