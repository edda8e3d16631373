package io.genstage.benchmarks;

import java.util.Optional;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Applications with ten beans that have five annotated methods each. Written out, since
 * each stage has its own method, as in any application.
 */
public final class StartupApplications {

	/** How many stages they have. */
	public static final int STAGES = 50;

	private StartupApplications() {
	}

	/**
	 * Makes stages of the methods.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ LineA.class, LineB.class, LineC.class, LineD.class, LineE.class, LineF.class, LineG.class, LineH.class,
			LineI.class, LineJ.class })
	static class WithStarter {

	}

	/**
	 * Leaves the methods alone.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = { "io.genstage.boot.autoconfigure.GenStageAutoConfiguration",
			"io.genstage.boot.autoconfigure.GenStageEndpointAutoConfiguration",
			"io.genstage.boot.autoconfigure.GenStageHealthContributorAutoConfiguration",
			"io.genstage.boot.autoconfigure.GenStageMetricsAutoConfiguration" })
	@Import({ LineA.class, LineB.class, LineC.class, LineD.class, LineE.class, LineF.class, LineG.class, LineH.class,
			LineI.class, LineJ.class })
	static class WithoutStarter {

	}

	/**
	 * Five stages.
	 */
	static class LineA {

		@Producer("line-a-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-a-1", subscribeTo = "line-a-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-a-2", subscribeTo = "line-a-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-a-3", subscribeTo = "line-a-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-a-4", subscribeTo = "line-a-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineB {

		@Producer("line-b-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-b-1", subscribeTo = "line-b-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-b-2", subscribeTo = "line-b-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-b-3", subscribeTo = "line-b-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-b-4", subscribeTo = "line-b-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineC {

		@Producer("line-c-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-c-1", subscribeTo = "line-c-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-c-2", subscribeTo = "line-c-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-c-3", subscribeTo = "line-c-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-c-4", subscribeTo = "line-c-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineD {

		@Producer("line-d-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-d-1", subscribeTo = "line-d-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-d-2", subscribeTo = "line-d-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-d-3", subscribeTo = "line-d-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-d-4", subscribeTo = "line-d-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineE {

		@Producer("line-e-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-e-1", subscribeTo = "line-e-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-e-2", subscribeTo = "line-e-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-e-3", subscribeTo = "line-e-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-e-4", subscribeTo = "line-e-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineF {

		@Producer("line-f-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-f-1", subscribeTo = "line-f-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-f-2", subscribeTo = "line-f-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-f-3", subscribeTo = "line-f-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-f-4", subscribeTo = "line-f-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineG {

		@Producer("line-g-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-g-1", subscribeTo = "line-g-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-g-2", subscribeTo = "line-g-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-g-3", subscribeTo = "line-g-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-g-4", subscribeTo = "line-g-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineH {

		@Producer("line-h-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-h-1", subscribeTo = "line-h-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-h-2", subscribeTo = "line-h-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-h-3", subscribeTo = "line-h-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-h-4", subscribeTo = "line-h-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineI {

		@Producer("line-i-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-i-1", subscribeTo = "line-i-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-i-2", subscribeTo = "line-i-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-i-3", subscribeTo = "line-i-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-i-4", subscribeTo = "line-i-3")
		void send(String text) {
		}

	}

	/**
	 * Five stages.
	 */
	static class LineJ {

		@Producer("line-j-0")
		Optional<Long> read() {
			return Optional.empty();
		}

		@ProducerConsumer(name = "line-j-1", subscribeTo = "line-j-0")
		Long check(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-j-2", subscribeTo = "line-j-1")
		Long price(Long number) {
			return number + 1;
		}

		@ProducerConsumer(name = "line-j-3", subscribeTo = "line-j-2")
		String format(Long number) {
			return number.toString();
		}

		@Consumer(name = "line-j-4", subscribeTo = "line-j-3")
		void send(String text) {
		}

	}

}
