package io.genstage.boot.handler;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Properties of events, by which they are partitioned.
 */
class EventPropertyTests {

	@Test
	void areReadFromRecordsAndBeans() {
		assertThat(new EventProperty("customer").apply(new Order(new Customer(7)))).isInstanceOf(Customer.class);
		assertThat(new EventProperty("id").apply(new Customer(7))).isEqualTo(7);
		assertThat(new EventProperty("customer.id").apply(new Order(new Customer(7)))).isEqualTo(7);
	}

	@Test
	void areNothingBehindNothing() {
		assertThat(new EventProperty("customer.id").apply(new Order(null))).isNull();
	}

	@Test
	void areToldIfAnEventHasNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> new EventProperty("customer.id").apply("text"))
			.withMessage("an event has no property 'customer.id': there is no 'customer' in java.lang.String, "
					+ "which has [blank, bytes, empty]");
	}

	@Test
	void areToldBeforehandIfTheTypeHasNone() {
		ResolvableType order = ResolvableType.forClass(Order.class);
		assertThat(new EventProperty("customer.id").problem(order)).isNull();
		assertThat(new EventProperty("custmer").problem(order))
			.isEqualTo("did you mean 'customer'? (there are [customer])");
		assertThat(new EventProperty("customer.idd").problem(order))
			.isEqualTo("did you mean 'id'? (there are [broken, id])");
		assertThat(new EventProperty("any").problem(ResolvableType.NONE)).isNull();
	}

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource("events")
	void areReadOfEveryEventWhoseTypeHasThem(Class<?> declared, String path, Object event, Object value) {
		EventProperty property = new EventProperty(path);
		assertThat(property.problem(ResolvableType.forClass(declared))).isNull();
		assertThat(property.apply(event)).isEqualTo(value);
	}

	static Stream<Arguments> events() {
		return Stream.of(arguments(Map.Entry.class, "key", Map.entry("a", 1), "a"),
				arguments(Map.Entry.class, "key", new AbstractMap.SimpleEntry<>("a", 1), "a"),
				arguments(Map.Entry.class, "value", new HashMap<>(Map.of("a", 1)).entrySet().iterator().next(), 1),
				arguments(Map.Entry.class, "key", new TreeMap<>(Map.of("a", 1)).firstEntry(), "a"),
				arguments(Map.Entry.class, "key", new ConcurrentHashMap<>(Map.of("a", 1)).entrySet().iterator().next(),
						"a"),
				arguments(Priced.class, "price", new Book("b", 5), 5), arguments(Priced.class, "price", new Toy(6), 6),
				arguments(Priced.class, "price", Priced.of(7), 7),
				arguments(Priced.class, "cheap", new Book("b", 5), true),
				arguments(Book.class, "price", new Book("b", 5), 5),
				arguments(Book.class, "title", new Book("b", 5), "b"),
				arguments(Shape.class, "id", new Circle(1, 2), 1), arguments(Shape.class, "id", new Square(3), 3),
				arguments(Shape.class, "area", new Square(3), 9), arguments(Animal.class, "name", new Cat("c"), "c"),
				arguments(Animal.class, "name", new Dog(), "dog"), arguments(RuntimeMXBean.class, "vmName",
						ManagementFactory.getRuntimeMXBean(), ManagementFactory.getRuntimeMXBean().getVmName()));
	}

	@Test
	void areThoseThatAllSubtypesOfASealedTypeHave() {
		assertThat(new EventProperty("radius").problem(ResolvableType.forClass(Shape.class)))
			.isEqualTo("there are [area, id]");
	}

	@Test
	void areKnownBehindGenerics() {
		ResolvableType entry = ResolvableType.forClassWithGenerics(Map.Entry.class, Customer.class, String.class);
		assertThat(new EventProperty("key.id").problem(entry)).isNull();
		assertThat(new EventProperty("key.idd").problem(entry))
			.isEqualTo("did you mean 'id'? (there are [broken, id])");
	}

	@Test
	void failAsTheirGetters() {
		assertThatIllegalStateException().isThrownBy(() -> new EventProperty("broken").apply(new Customer(7)))
			.withMessage("broken");
	}

	record Order(Customer customer) {
	}

	interface Priced {

		int getPrice();

		default boolean isCheap() {
			return getPrice() < 10;
		}

		static Priced of(int price) {
			return () -> price;
		}

	}

	record Book(String title, int cents) implements Priced {

		@Override
		public int getPrice() {
			return this.cents;
		}

	}

	private static final class Toy implements Priced {

		private final int price;

		Toy(int price) {
			this.price = price;
		}

		@Override
		public int getPrice() {
			return this.price;
		}

	}

	sealed interface Shape {

		int getArea();

	}

	record Circle(int id, int radius) implements Shape {

		@Override
		public int getArea() {
			return 3 * this.radius * this.radius;
		}

	}

	record Square(int id) implements Shape {

		@Override
		public int getArea() {
			return this.id * this.id;
		}

	}

	abstract static sealed class Animal {

	}

	static final class Cat extends Animal {

		private final String name;

		Cat(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

	}

	static non-sealed class Dog extends Animal {

		public String getName() {
			return "dog";
		}

	}

	static class Customer {

		private final int id;

		Customer(int id) {
			this.id = id;
		}

		public int getId() {
			return this.id;
		}

		public String getBroken() {
			throw new IllegalStateException("broken");
		}

	}

}
