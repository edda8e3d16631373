package io.genstage.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Subscriber;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Does the net hold water? Each of these dispatchers has a fault that the simulation must
 * find.
 */
class PlantedFaultTests {

	private static final Logger logger = Logger.getLogger("io.genstage");

	private static final int SEEDS = 300;

	@BeforeAll
	static void quieten() {
		logger.setLevel(Level.OFF);
	}

	@AfterAll
	static void resetLogger() {
		logger.setLevel(null);
	}

	@Test
	void findsEventsThatGoMissing() {
		assertFound("left over of", (sound) -> new Flawed(sound) {
			@Override
			public List<SimulatedEvent> dispatch(List<SimulatedEvent> events) {
				List<SimulatedEvent> leftover = super.dispatch(events);
				return leftover.subList(0, Math.max(leftover.size() - 1, 0));
			}
		});
	}

	@Test
	void findsEventsThatAreSentAndKept() {
		assertFound("left over of", (sound) -> new Flawed(sound) {
			@Override
			public List<SimulatedEvent> dispatch(List<SimulatedEvent> events) {
				List<SimulatedEvent> leftover = super.dispatch(events);
				return (leftover.size() == 1) ? events : leftover;
			}
		});
	}

	@Test
	void findsLeftoversInAnotherOrder() {
		assertFound("left over of", (sound) -> new Flawed(sound) {
			@Override
			public List<SimulatedEvent> dispatch(List<SimulatedEvent> events) {
				List<SimulatedEvent> leftover = new ArrayList<>(super.dispatch(events));
				Collections.reverse(leftover);
				return leftover;
			}
		});
	}

	@Test
	void findsDemandThatIsRequestedTwice() {
		assertFound("a net demand of", (sound) -> new Flawed(sound) {
			@Override
			public long ask(Subscriber subscriber, long demand) {
				return 2 * super.ask(subscriber, demand);
			}
		});
	}

	@Test
	void findsConsumersThatWaitInVain() {
		assertFound("an open demand of 0", (sound) -> new Flawed(sound) {
			@Override
			public long openDemand() {
				return 0;
			}
		});
	}

	private static void assertFound(String description, UnaryOperator<Dispatcher<SimulatedEvent>> flawed) {
		UnaryOperator<DispatcherFactory<SimulatedEvent>> flaw = (
				factory) -> (outlet) -> flawed.apply(factory.create(outlet));
		for (long seed = 0; seed < SEEDS; seed++) {
			try {
				Simulation.run(seed, flaw);
			}
			catch (AssertionError ex) {
				assertThat(ex).hasMessageContaining(description);
				return;
			}
		}
		throw new AssertionError("not found in %d seeds".formatted(SEEDS));
	}

	/**
	 * A dispatcher of the engine, to be spoiled by overriding one of its steps.
	 */
	private abstract static class Flawed implements Dispatcher<SimulatedEvent> {

		private final Dispatcher<SimulatedEvent> sound;

		Flawed(Dispatcher<SimulatedEvent> sound) {
			this.sound = sound;
		}

		@Override
		public long subscribe(Subscriber subscriber) {
			return this.sound.subscribe(subscriber);
		}

		@Override
		public long ask(Subscriber subscriber, long demand) {
			return this.sound.ask(subscriber, demand);
		}

		@Override
		public long cancel(Subscriber subscriber) {
			return this.sound.cancel(subscriber);
		}

		@Override
		public List<SimulatedEvent> dispatch(List<SimulatedEvent> events) {
			return this.sound.dispatch(events);
		}

		@Override
		public long openDemand() {
			return this.sound.openDemand();
		}

	}

}
