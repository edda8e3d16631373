package io.genstage.bookshop;

import io.genstage.boot.StageWiringException;
import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.bookshop.empty.EmptyApplication;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What can't be a slice, and what is said then.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusedSliceTests {

	@Test
	void hasNoStages(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Stageless.class))
			.withStackTraceContaining("there is no stage in this @GenStageTest");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("There is no stage in this @GenStageTest: no component that is scanned has @Producer")
			.contains("@Import(TheirConfiguration.class)");
	}

	@Test
	void lacksAProducer(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(WithoutOrders.class))
			.withStackTraceContaining(StageWiringException.class.getName());
		assertThat(output).contains("The stages of this @GenStageTest can't be wired:")
			.contains("stage 'pricing' subscribes to 'orders', which doesn't exist")
			.contains("name the class that declares it in @GenStageTest, or in @Import")
			.contains("@Bean @Producer EventQueue<Order> orders()");
	}

	@Test
	void lacksAStageThatHasProperties(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(WithPropertiesOfAnother.class));
		assertThat(output).contains("there is no stage 'archive'").contains("name it in 'genstage.optional-stages'");
	}

	@Test
	void isTheWholeApplicationAsWell() {
		assertThatException().isThrownBy(() -> start(Both.class))
			.withMessageContaining("multiple declarations of @BootstrapWith");
	}

	@Test
	void knowsNoOtherNames() throws Exception {
		StageProbes probes = start(Whole.class);
		assertThatIllegalArgumentException().isThrownBy(() -> probes.emit("order", "Emma"))
			.withMessageContaining("stage 'order' is not tapped, but")
			.withMessageContaining("orders");
	}

	private static StageProbes start(Class<?> test) throws Exception {
		return new TestContextManager(test).getTestContext().getApplicationContext().getBean(StageProbes.class);
	}

	@GenStageTest
	@Import(PrintedPriceList.class)
	static class Whole {

	}

	@GenStageTest
	@ContextConfiguration(classes = EmptyApplication.class)
	static class Stageless {

	}

	@GenStageTest(excludeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = OrderConfiguration.class))
	@Import(PrintedPriceList.class)
	static class WithoutOrders {

	}

	@GenStageTest(properties = "genstage.stages.archive.max-demand=10")
	@Import(PrintedPriceList.class)
	static class WithPropertiesOfAnother {

	}

	@GenStageTest
	@SpringBootTest
	static class Both {

	}

}
