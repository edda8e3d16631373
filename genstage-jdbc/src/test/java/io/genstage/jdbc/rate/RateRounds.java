package io.genstage.jdbc.rate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares a link with a bare client: each end of each in a process of its own, in turns.
 * First each tries all windows once; then it goes on with its best one of each direction,
 * and the rounds are compared in pairs.
 */
final class RateRounds implements AutoCloseable {

	private static final List<Integer> WINDOWS = Stream
		.of(System.getProperty("test.links.rates.windows", "100,500,1000,5000").split(","))
		.map(Integer::valueOf)
		.toList();

	private static final int ROUNDS = Integer.getInteger("test.links.rates.rounds", 5);

	private final String engine;

	private final int bytes;

	private final long measured;

	private final Consumer<String> before;

	private final Consumer<String> after;

	private final Map<Side, Ends> ends = new EnumMap<>(Side.class);

	/**
	 * Creates rounds.
	 * @param engine its name
	 * @param bytes how large an event is
	 * @param measured how many events are measured
	 * @param before makes a destination
	 * @param after removes a destination, all of which was read
	 */
	RateRounds(String engine, int bytes, long measured, Consumer<String> before, Consumer<String> after) {
		this.engine = engine;
		this.bytes = bytes;
		this.measured = measured;
		this.before = before;
		this.after = after;
	}

	/**
	 * Starts the two processes of a side.
	 * @param main their class, which takes the address and the name of the side
	 * @param address where the engine is
	 */
	void start(Class<?> main, String address) throws IOException {
		for (Side side : Side.values()) {
			this.ends.put(side, new Ends(RateProcess.start(main, address, side.name()),
					RateProcess.start(main, address, side.name())));
		}
	}

	/** Measures, and prints what it has measured. */
	void run() throws IOException {
		Map<Side, Best> best = new EnumMap<>(Side.class);
		for (Side side : Side.values()) {
			round(side, new Best(WINDOWS.get(0), WINDOWS.get(0))); // a first one of each
		}
		List<Windowed> tried = new ArrayList<>();
		for (int window : WINDOWS) {
			for (Side side : Side.values()) {
				tried.add(new Windowed(side, window, round(side, new Best(window, window))));
			}
		}
		for (Side side : Side.values()) {
			List<Windowed> own = tried.stream().filter((one) -> one.side() == side).toList();
			best.put(side, new Best(bestOf(own, Comparator.comparingDouble((one) -> one.rates().sending())),
					bestOf(own, Comparator.comparingDouble((one) -> one.rates().receiving()))));
			own.forEach((one) -> print("%s with a window of %d: %,.0f sent, %,.0f received".formatted(side,
					one.window(), one.rates().sending(), one.rates().receiving())));
		}
		Map<Side, List<Rates>> rounds = new EnumMap<>(Side.class);
		for (int round = 0; round < ROUNDS; round++) {
			List<Side> turns = (round % 2 == 0) ? List.of(Side.BARE, Side.LINK) : List.of(Side.LINK, Side.BARE);
			for (Side side : turns) {
				rounds.computeIfAbsent(side, (first) -> new ArrayList<>()).add(round(side, best.get(side)));
			}
		}
		report("sending", Direction.SENDING, best, rounds);
		report("receiving", Direction.RECEIVING, best, rounds);
	}

	private static int bestOf(List<Windowed> tried, Comparator<Windowed> by) {
		return tried.stream().max(by).orElseThrow().window();
	}

	private void report(String what, Direction direction, Map<Side, Best> best, Map<Side, List<Rates>> rounds) {
		double[] bare = rounds.get(Side.BARE).stream().mapToDouble(direction::rate).toArray();
		double[] link = rounds.get(Side.LINK).stream().mapToDouble(direction::rate).toArray();
		double[] ratios = IntStream.range(0, ROUNDS).mapToDouble((round) -> link[round] / bare[round]).toArray();
		print("%s: bare %s/s at %d, link %s/s at %d, ratio %s".formatted(what, spread("%,.0f", bare),
				direction.window(best.get(Side.BARE)), spread("%,.0f", link), direction.window(best.get(Side.LINK)),
				spread("%.2f", ratios)));
	}

	private static String spread(String format, double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return "%1$s [%1$s to %1$s]".formatted(format)
			.formatted((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2, sorted[0],
					sorted[sorted.length - 1]);
	}

	private void print(String what) {
		System.out.println("%s, %d bytes, %s".formatted(this.engine, this.bytes, what)); // which
																							// is
																							// all
																							// it
																							// is
																							// for
	}

	private Rates round(Side side, Best windows) throws IOException {
		String destination = "rate-" + UUID.randomUUID();
		this.before.accept(destination);
		Ends of = this.ends.get(side);
		long warmUp = this.measured / 3;
		double sending = of.sender()
			.rate(new Trial(destination, true, this.bytes, windows.sending(), warmUp, this.measured));
		double receiving = of.receiver()
			.rate(new Trial(destination, false, this.bytes, windows.receiving(), warmUp, this.measured));
		this.after.accept(destination);
		return new Rates(sending, receiving);
	}

	@Override
	public void close() {
		this.ends.values().forEach((of) -> {
			of.sender().close();
			of.receiver().close();
		});
	}

	/**
	 * What is compared.
	 */
	enum Side {

		/** A client of the engine alone. */
		BARE,

		/** An application with a link. */
		LINK

	}

	private enum Direction {

		SENDING {

			@Override
			double rate(Rates rates) {
				return rates.sending();
			}

			@Override
			int window(Best best) {
				return best.sending();
			}

		},

		RECEIVING {

			@Override
			double rate(Rates rates) {
				return rates.receiving();
			}

			@Override
			int window(Best best) {
				return best.receiving();
			}

		};

		abstract double rate(Rates rates);

		abstract int window(Best best);

	}

	private record Ends(RateProcess sender, RateProcess receiver) {
	}

	private record Rates(double sending, double receiving) {
	}

	private record Best(int sending, int receiving) {
	}

	private record Windowed(Side side, int window, Rates rates) {
	}

}
