package io.genstage;

import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.genstage.dispatch.Dispatcher;
import io.genstage.dispatch.DispatcherFactory;
import io.genstage.dispatch.Subscriber;
import io.genstage.pipeline.EdgeDefinition;
import io.genstage.pipeline.PipelineGraph;
import io.genstage.pipeline.StageDefinition;
import io.genstage.source.EventQueue;
import io.genstage.source.Sources;
import io.genstage.stream.EventStream;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The plan of the house: which storey may look at which, and who may touch threads.
 */
@AnalyzeClasses(packages = "io.genstage", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String ENGINE = "io.genstage";

	private static final String DISPATCH = "io.genstage.dispatch";

	private static final String BUFFER = "io.genstage.buffer";

	private static final String DEMAND = "io.genstage.demand";

	private static final String INTAKE = "io.genstage.intake";

	private static final String BATCH = "io.genstage.batch";

	private static final String RATE = "io.genstage.rate";

	private static final String DELIVERY = "io.genstage.delivery";

	private static final String FAILURE = "io.genstage.failure";

	private static final String TASK = "io.genstage.task";

	private static final String LOG = "io.genstage.log";

	private static final String THREAD = "io.genstage.thread";

	private static final String DEAD_LETTER = "io.genstage.deadletter";

	private static final String ACCOUNT = "io.genstage.account";

	private static final String FLIGHT = "io.genstage.flight";

	/** What decides, and can be tested by calling it. */
	private static final DescribedPredicate<JavaClass> PURE = resideInAnyPackage(DISPATCH, BUFFER, DEMAND, INTAKE,
			ACCOUNT)
		.or(belongingTo(IncomingQueue.class, Inbound.class, CancelMode.class, ExitReason.class, Cancellation.class))
		.or(named("io.genstage.log.StageNames", "io.genstage.log.SafeText"))
		.or(named("io.genstage.batch.BatchIntake", "io.genstage.batch.BatchRun", "io.genstage.batch.Batch",
				"io.genstage.batch.Collector", "io.genstage.batch.OpenBatch", "io.genstage.batch.ClosedBatch",
				"io.genstage.batch.FullestFirst"))
		.or(named("io.genstage.rate.RateGate", "io.genstage.rate.DemandGate", "io.genstage.rate.GatedDemand",
				"io.genstage.rate.Limiter", "io.genstage.rate.BucketShare", "io.genstage.rate.SharedBucket",
				"io.genstage.rate.TokenBucket", "io.genstage.rate.WaitingLine"))
		.or(named("io.genstage.delivery.Members", "io.genstage.delivery.SettledGroup", "io.genstage.delivery.Outcome"))
		.or(named("io.genstage.failure.Outage", "io.genstage.failure.Line", "io.genstage.failure.Unit"))
		.or(bridge("AskWindow"))
		.as("pure classes");

	/**
	 * Threads, locks, atomics; not the futures by which answers are given, nor the
	 * executor that is handed in, what these throw, and the interfaces of reactive
	 * streams.
	 */
	private static final DescribedPredicate<JavaClass> THREADS = resideInAPackage("java.util.concurrent..")
		.and(DescribedPredicate.not(type(CompletableFuture.class).or(type(CompletionStage.class))
			.or(type(Callable.class))
			.or(type(Executor.class))
			.or(type(TimeoutException.class))
			.or(type(RejectedExecutionException.class))
			.or(type(CancellationException.class))
			.or(type(CompletionException.class))
			.or(nameMatching("java\\.util\\.concurrent\\.Flow(\\$.*)?"))))
		.as("threads, locks and atomics");

	// Storeys

	@ArchTest
	static final ArchRule buffersStandOnDeliveriesOnly = classes().that()
		.resideInAPackage(BUFFER)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(BUFFER, DELIVERY, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule dispatchersStandOnBuffersAndDeliveriesOnly = classes().that()
		.resideInAPackage(DISPATCH)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(DISPATCH, BUFFER, DELIVERY, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule theLogIsALeaf = classes().that()
		.resideInAPackage(LOG)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(LOG, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule deliveriesAreALeaf = classes().that()
		.resideInAPackage(DELIVERY)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(DELIVERY, LOG, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule threadsKnowNoStages = classes().that()
		.resideInAPackage(THREAD)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(THREAD, LOG, DEMAND, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule accountsOfDemandKnowNoStages = classes().that()
		.resideInAPackage(DEMAND)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(DEMAND, DISPATCH, BUFFER, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule accountsOfTimeKnowNoStages = classes().that()
		.resideInAPackage(ACCOUNT)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(ACCOUNT, DEMAND, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule flightRecordingsKnowNoStages = classes().that()
		.resideInAPackage(FLIGHT)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(FLIGHT, "jdk.jfr..", "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule intakesKnowNoStages = classes().that()
		.resideInAPackage(INTAKE)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(INTAKE, DEMAND, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule batchesStandOnIntakesAndDeliveriesOnly = classes().that()
		.resideInAPackage(BATCH)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(BATCH, INTAKE, DEMAND, DELIVERY, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule failuresStandOnIntakesAndOutcomes = classes().that()
		.resideInAPackage(FAILURE)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(FAILURE, BATCH, INTAKE, DEMAND, DELIVERY, DEAD_LETTER, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule ratesStandOnIntakesOnly = classes().that()
		.resideInAPackage(RATE)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(RATE, INTAKE, DEMAND, DISPATCH, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule deadLettersKnowNoStages = classes().that()
		.resideInAPackage(DEAD_LETTER)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(DEAD_LETTER, LOG, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule tasksStandOnIntakesOnly = classes().that()
		.resideInAPackage(TASK)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(TASK, INTAKE, LOG, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule theEngineStandsBelowTheRest = classes().that()
		.resideInAPackage(ENGINE)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage(ENGINE, DISPATCH, BUFFER, DEMAND, INTAKE, BATCH, RATE, TASK, THREAD, LOG, DEAD_LETTER,
				DELIVERY, FAILURE, ACCOUNT, FLIGHT, "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule picturesKnowGraphsAndNothingThatRuns = classes().that()
		.resideInAPackage("io.genstage.picture")
		.should()
		.onlyDependOnClassesThat(
				resideInAnyPackage("io.genstage.picture", "java..", "org.jspecify..").or(type(StageKind.class))
					.or(type(StageOptions.class))
					.or(type(SubscribeOptions.class))
					.or(type(DispatcherFactory.class))
					.or(type(Subscriber.class))
					.or(type(PipelineGraph.class))
					.or(type(StageDefinition.class))
					.or(type(EdgeDefinition.class)));

	@ArchTest
	static final ArchRule neighboursDoNotDependOnEachOtherInCircles = slices().matching("io.genstage.(*)..")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule nothingButTheJdkIsNeeded = classes().that()
		.resideOutsideOfPackage(FLIGHT)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("io.genstage..", "java..", "org.jspecify..");

	@ArchTest
	static final ArchRule dispatchersShowTheirInterfaceOnly = classes().that()
		.resideInAPackage(DISPATCH)
		.and()
		.implement(Dispatcher.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule everyPackageSaysWhatMayBeNull = classes().should(be(describe("in a package with @NullMarked",
			(JavaClass javaClass) -> javaClass.getPackage().isAnnotatedWith(NullMarked.class))));

	// Threads, time and chance

	/*
	 * Mailbox, with the executors behind it, is where threads come in. Counter is what a
	 * stage's thread writes and others read, StageSystem is called by all threads, and so
	 * are the queue, the lock of a pipeline, the registry of pipelines, the account of a
	 * rate, a batching, the tasks of a stage and a source that must not be started twice.
	 * Deliveries that are settled together are so by any thread. An attempt of a task
	 * runs beside its stage, as the reader of a source does, and the table of tasks is
	 * read by all. A store of dead letters is called by stages and by who looks at them,
	 * a link in memory by both of its ends, and what was received by a link is settled by
	 * other threads, as the sending of a message fails on theirs. The reader of an event
	 * stream is a thread of its own, which waits. Of the bridges, foreign threads call a
	 * publisher's or a subscriber's side; a delivery is confined, but anybody may count
	 * what waits in it.
	 */
	@ArchTest
	static final ArchRule fewKnowThreads = noClasses().that()
		.resideOutsideOfPackage(THREAD)
		.and()
		.doNotBelongToAnyOf(Mailbox.class, StageEnvironment.class, StageSystem.class, StageRef.class, Answer.class,
				StagesInUse.class, TimedCall.class, LettersUnderWay.class, EventQueue.class, Sources.class,
				EventStream.class)
		.and()
		.haveNameNotMatching(
				"io\\.genstage\\.(pipeline\\.(PipelineLock|PipelineRegistry|PipelineDirectory|Operations|Quiescence)"
						+ "|rate\\.RateAccount|batch\\.Batching|task\\.(Attempt|TaskTable|Tasks)|delivery\\.(StateRow|SourceRow|Fork|SettlementQueue)|source\\.(Reader(\\$.*)?|Checkpoint|MemoryProgressStore)|stream\\.Handover"
						+ "|deadletter\\.MemoryDeadLetterStore|desk\\.Replay|link\\.(MemoryLinks?|SerialCalls|KeptHeaders|LinkSender\\$Attempt|Reading(\\$.*)?))")
		.and(DescribedPredicate.not(bridge("Doorbell", "Upstream", "StageSubscription", "StagePublisher",
				"StageProcessor", "SubscriberFeed")))
		.should()
		.dependOnClassesThat(THREADS);

	/**
	 * A logger of the JVM's would be deaf while the JVM shuts down, and throw what it
	 * can't print.
	 */
	@ArchTest
	static final ArchRule reportsGoWhereTheApplicationWantsThem = noClasses().that()
		.haveNameNotMatching("io\\.genstage\\.log\\.StageLog")
		.should()
		.callMethod(System.class, "getLogger", String.class);

	@ArchTest
	static final ArchRule pureClassesKnowNoThreadNoLoggerAndNoTime = noClasses().that(PURE)
		.should()
		.dependOnClassesThat(resideInAPackage("java.util.concurrent..").or(resideInAPackage("java.time.."))
			.or(type(Thread.class))
			.or(type(System.Logger.class))
			.as("threads, loggers or time"));

	@ArchTest
	static final ArchRule nobodyHoldsAMonitorWhileAVirtualThreadWaits = noMethods().should()
		.haveModifier(JavaModifier.SYNCHRONIZED);

	@ArchTest
	static final ArchRule nobodySleeps = noClasses().should()
		.callMethodWhere(callOf(Thread.class, "sleep", "yield", "onSpinWait"));

	/*
	 * A scheduler is where time comes in: it runs what is due and tells how late it is,
	 * so that both are of the same time.
	 */
	@ArchTest
	static final ArchRule onlyTheSchedulerReadsAClock = noClasses().that()
		.haveNameNotMatching("io\\.genstage\\.thread\\.StageScheduler(\\$.*)?")
		.should()
		.callMethodWhere(callOf(System.class, "nanoTime", "currentTimeMillis"))
		.orShould()
		.dependOnClassesThat(type(Clock.class))
		.orShould()
		.callMethodWhere(callOf(Instant.class, "now"));

	@ArchTest
	static final ArchRule randomnessIsHandedIn = noClasses().should()
		.callConstructor(Random.class)
		.orShould()
		.callMethodWhere(callOf(Math.class, "random"))
		.orShould()
		.dependOnClassesThat(type(ThreadLocalRandom.class));

	@ArchTest
	static final ArchRule nobodyPrints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

	@ArchTest
	static final ArchRule nobodyLogsPastTheSystemLogger = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

	/** The bridges are not visible here. */
	private static DescribedPredicate<JavaClass> bridge(String... names) {
		return resideInAPackage("io.genstage.flow")
			.and(describe("one of " + Set.of(names), (javaClass) -> Set.of(names).contains(javaClass.getSimpleName())));
	}

	private static DescribedPredicate<JavaClass> belongingTo(Class<?>... types) {
		return JavaClass.Predicates.belongToAnyOf(types);
	}

	/** What this package can't see. */
	private static DescribedPredicate<JavaClass> named(String... names) {
		return describe("named " + String.join("|", names), (type) -> Set.of(names).contains(type.getName()));
	}

	private static DescribedPredicate<JavaCall<?>> callOf(Class<?> owner, String... names) {
		return describe("call of %s.%s".formatted(owner.getSimpleName(), String.join("|", names)), (call) -> {
			CodeUnitCallTarget target = call.getTarget();
			return target.getOwner().isEquivalentTo(owner) && Set.of(names).contains(target.getName());
		});
	}

}
