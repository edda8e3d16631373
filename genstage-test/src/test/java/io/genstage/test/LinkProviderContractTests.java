package io.genstage.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.test.FaultyLinks.Fault;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Does the contract find what a provider gets wrong?
 */
class LinkProviderContractTests {

	/** What the provider gets wrong, on the thread that tests it. */
	private static final ThreadLocal<@Nullable Fault> FAULT = new ThreadLocal<>();

	@ParameterizedTest
	@EnumSource
	void findsEachMistake(Fault fault) {
		assertThat(run(fault.foundBy(), null)).as("without a mistake").containsExactly(Status.SUCCESSFUL);
		assertThat(run(fault.foundBy(), fault)).as("with the mistake").containsExactly(Status.FAILED);
	}

	private static List<Status> run(String test, @Nullable Fault fault) {
		Results results = new Results();
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectMethod(Faulty.class, test))
			.build();
		FAULT.set(fault);
		try {
			LauncherFactory.create().execute(request, results);
		}
		finally {
			FAULT.remove();
		}
		return results.all;
	}

	/**
	 * The contract of a provider with a mistake.
	 */
	static final class Faulty extends LinkProviderContract {

		private final @Nullable Fault fault = FAULT.get();

		private final FaultyLinks links = new FaultyLinks(this.fault);

		@Override
		protected LinkProvider provider() {
			return this.links;
		}

		@Override
		protected void interrupt() {
			this.links.interrupt();
		}

		@Override
		protected void recover() {
			this.links.recover();
		}

		@Override
		protected List<LinkMessage> rejected(LinkDefinition link) {
			return this.links.rejected(link);
		}

		/** What is wrong comes on the thread of the test. */
		@Override
		protected Duration quiet() {
			return Duration.ofMillis(20);
		}

		/** What doesn't come is waited for in vain. */
		@Override
		protected Duration patience() {
			return (this.fault != null) ? Duration.ofMillis(300) : super.patience();
		}

	}

	/**
	 * How the tests have ended.
	 */
	private static final class Results implements TestExecutionListener {

		private final List<Status> all = new ArrayList<>();

		@Override
		public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
			if (identifier.isTest()) {
				this.all.add(result.getStatus());
			}
		}

	}

}
