package io.genstage.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.genstage.deadletter.DeadLetterStore;
import io.genstage.deadletter.MemoryDeadLetterStore;
import io.genstage.jdbc.database.Database;

/**
 * The kinds of stores that keep what a store promises.
 */
enum LetterStores {

	MEMORY(Memory::new),

	H2(() -> new Jdbc(Database.H2)),

	SQLITE(() -> new Jdbc(Database.SQLITE)),

	POSTGRESQL(() -> new Jdbc(Database.POSTGRESQL)),

	MARIADB(() -> new Jdbc(Database.MARIADB));

	private final Supplier<Fixture> fixture;

	LetterStores(Supplier<Fixture> fixture) {
		this.fixture = fixture;
	}

	Fixture open() {
		return this.fixture.get();
	}

	/**
	 * An empty store whose time can be moved.
	 */
	interface Fixture extends AutoCloseable {

		DeadLetterStore store();

		/** Returns the same letters as another instance has them. */
		DeadLetterStore ofAnotherInstance();

		/** Lets time pass for claims. */
		void pass(Duration time);

		@Override
		void close();

	}

	private static final class Memory implements Fixture {

		private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T08:00:00Z"));

		private final InstantSource time = this.now::get;

		private final MemoryDeadLetterStore store = new MemoryDeadLetterStore(1000, this.time, (letter, event) -> {
		});

		@Override
		public DeadLetterStore store() {
			return this.store;
		}

		@Override
		public DeadLetterStore ofAnotherInstance() {
			return this.store;
		}

		@Override
		public void pass(Duration time) {
			this.now.updateAndGet((now) -> now.plus(time));
		}

		@Override
		public void close() {
		}

	}

	private static final class Jdbc implements Fixture {

		private final LetterDatabase database;

		private final DeadLetterStore store;

		Jdbc(Database kind) {
			this.database = LetterDatabase.of(kind);
			this.store = database.store("shop");
		}

		@Override
		public DeadLetterStore store() {
			return this.store;
		}

		@Override
		public DeadLetterStore ofAnotherInstance() {
			return this.database.store("shop");
		}

		/** The clock is that of the database, so the end of each claim comes nearer. */
		@Override
		public void pass(Duration time) {
			this.database.jdbc()
				.update("update genstage_dead_letter set claimed_until = claimed_until - ?", time.toMillis());
		}

		@Override
		public void close() {
			this.database.close();
		}

	}

}
