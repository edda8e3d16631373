package io.genstage.trial.rate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Compares a link with a bare client: each end of each in a process of its own, in turns.
 * First each tries all windows once; then it goes on with its best one of each direction,
 * and the rounds are compared in pairs.
 */
public final class RateRounds implements AutoCloseable {

	private static final List<Integer> WINDOWS = Stream
		.of(System.getProperty("test.links.rates.windows", "100,500,1000,5000").split(",", -1))
		.map(Integer::valueOf)
		.toList();

	private static final int ROUNDS = Integer.getInteger("test.links.rates.rounds", 5);

	private final String engine;

	private final int bytes;

	private final long measured;

	private final Consumer<String> before;

	private final Consumer<String> after;

	private final List<RateProcess> processes = new ArrayList<>();

	private @Nullable Both<Ends> ends;

	/**
	 * Creates rounds.
	 * @param engine its name
	 * @param bytes how large an event is
	 * @param measured how many events are measured
	 * @param before makes a destination
	 * @param after removes a destination, all of which was read
	 */
	public RateRounds(String engine, int bytes, long measured, Consumer<String> before, Consumer<String> after) {
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
	public void start(Class<?> main, String address) throws IOException {
		this.ends = new Both<>(ends(main, address, Side.BARE), ends(main, address, Side.LINK));
	}

	private Ends ends(Class<?> main, String address, Side side) throws IOException {
		return new Ends(start(main, address, side), start(main, address, side));
	}

	private RateProcess start(Class<?> main, String address, Side side) throws IOException {
		RateProcess process = RateProcess.start(main, address, side.name());
		this.processes.add(process);
		return process;
	}

	/** Measures, and prints what it has measured. */
	public void run() throws IOException {
		for (Side side : Side.values()) {
			round(side, new Best(WINDOWS.get(0), WINDOWS.get(0))); // a first one of each
		}
		List<Windowed> tried = new ArrayList<>();
		for (int window : WINDOWS) {
			for (Side side : Side.values()) {
				tried.add(new Windowed(side, window, round(side, new Best(window, window))));
			}
		}
		Both<Best> best = new Both<>(best(tried, Side.BARE), best(tried, Side.LINK));
		Both<List<Rates>> rounds = new Both<>(new ArrayList<>(), new ArrayList<>());
		for (int round = 0; round < ROUNDS; round++) {
			List<Side> turns = (round % 2 == 0) ? List.of(Side.BARE, Side.LINK) : List.of(Side.LINK, Side.BARE);
			for (Side side : turns) {
				rounds.of(side).add(round(side, best.of(side)));
			}
		}
		report("sending", Direction.SENDING, best, rounds);
		report("receiving", Direction.RECEIVING, best, rounds);
	}

	private Best best(List<Windowed> tried, Side side) {
		List<Windowed> own = tried.stream().filter((one) -> one.side() == side).toList();
		own.forEach((one) -> print("%s with a window of %d: %,.0f sent, %,.0f received".formatted(side, one.window(),
				one.rates().sending().events(), one.rates().receiving().events())));
		return new Best(bestOf(own, Comparator.comparingDouble((one) -> one.rates().sending().events())),
				bestOf(own, Comparator.comparingDouble((one) -> one.rates().receiving().events())));
	}

	private static int bestOf(List<Windowed> tried, Comparator<Windowed> by) {
		return tried.stream().max(by).orElseThrow().window();
	}

	private void report(String what, Direction direction, Both<Best> best, Both<List<Rates>> rounds) {
		report(what + " in a second", "%,.0f", rounds, (rates) -> direction.rate(rates).events(),
				"windows of %d and %d".formatted(direction.window(best.bare()), direction.window(best.link())));
		report(what + " one", "%,.0f ns", rounds, (rates) -> direction.rate(rates).cpu(), "of a processor");
	}

	private void report(String what, String format, Both<List<Rates>> rounds, ToDoubleFunction<Rates> value,
			String note) {
		double[] bare = rounds.bare().stream().mapToDouble(value).toArray();
		double[] link = rounds.link().stream().mapToDouble(value).toArray();
		double[] ratios = IntStream.range(0, ROUNDS).mapToDouble((round) -> link[round] / bare[round]).toArray();
		print("%s: bare %s, link %s, ratio %s (%s)".formatted(what, spread(format, bare), spread(format, link),
				spread("%.2f", ratios), note));
	}

	private static String spread(String format, double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return "%1$s [%1$s to %1$s]".formatted(format)
			.formatted((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2, sorted[0],
					sorted[sorted.length - 1]);
	}

	private void print(String what) {
		// It is what this is for.
		System.out.println("%s, %d bytes, %s".formatted(this.engine, this.bytes, what));
	}

	private Rates round(Side side, Best windows) throws IOException {
		String destination = "rate-" + UUID.randomUUID();
		this.before.accept(destination);
		Ends of = Objects.requireNonNull(this.ends, "not started").of(side);
		long warmUp = this.measured / 3;
		Rate sending = of.sender()
			.measure(new Trial(destination, true, this.bytes, windows.sending(), warmUp, this.measured));
		Rate receiving = of.receiver()
			.measure(new Trial(destination, false, this.bytes, windows.receiving(), warmUp, this.measured));
		this.after.accept(destination);
		return new Rates(sending, receiving);
	}

	@Override
	public void close() {
		this.processes.forEach(RateProcess::close);
	}

	/**
	 * What is compared.
	 */
	public enum Side {

		/** A client of the engine alone. */
		BARE,

		/** An application with a link. */
		LINK

	}

	private enum Direction {

		SENDING {

			@Override
			Rate rate(Rates rates) {
				return rates.sending();
			}

			@Override
			int window(Best best) {
				return best.sending();
			}

		},

		RECEIVING {

			@Override
			Rate rate(Rates rates) {
				return rates.receiving();
			}

			@Override
			int window(Best best) {
				return best.receiving();
			}

		};

		abstract Rate rate(Rates rates);

		abstract int window(Best best);

	}

	/**
	 * What there is of each side.
	 */
	private record Both<T>(T bare, T link) {

		T of(Side side) {
			return (side == Side.BARE) ? this.bare : this.link;
		}

	}

	private record Ends(RateProcess sender, RateProcess receiver) {
	}

	private record Rates(Rate sending, Rate receiving) {
	}

	private record Best(int sending, int receiving) {
	}

	private record Windowed(Side side, int window, Rates rates) {
	}

}
