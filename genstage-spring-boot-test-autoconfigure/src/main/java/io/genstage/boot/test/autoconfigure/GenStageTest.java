package io.genstage.boot.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests the stages of an application without the rest of it.
 *
 * <pre class="code">
 * &#064;GenStageTest
 * class OrdersTests {
 *
 *     &#064;Autowired
 *     private StageProbes probes;
 *
 *     &#064;MockitoBean
 *     private InvoiceRepository repository;
 *
 *     &#064;Test
 *     void storesAnInvoiceForEachOrder() {
 *         this.probes.emit("orders", new Order("tea"));
 *         verify(this.repository).save(new Invoice("tea"));
 *     }
 *
 * }
 * </pre>
 *
 * The context has
 * <ul>
 * <li>the components of the application that declare stages: classes and configurations
 * with {@link io.genstage.annotation.Producer @Producer},
 * {@link io.genstage.annotation.ProducerConsumer @ProducerConsumer} or
 * {@link io.genstage.annotation.Consumer @Consumer} on the class or on a method of it,
 * its super classes or interfaces, and what the application adds to the engine:
 * {@link io.genstage.boot.StageDefinitionCustomizer}, {@link io.genstage.StageListener},
 * {@link io.genstage.pipeline.PipelineListener},
 * {@link io.genstage.dispatch.DispatcherFactory} and
 * {@link io.genstage.failure.FailureDecider}. Other components are left out, and so are
 * {@code @ConfigurationProperties}: bring in what the stages need by {@code @Import} or
 * {@code @EnableConfigurationProperties}, or mock it;</li>
 * <li>the auto-configuration of GenStage, and no other but the one of a database, if an
 * embedded one is on the class path: it takes the place of the application's, unless
 * {@code spring.test.database.replace} is {@code none};</li>
 * <li>{@link io.genstage.test.StageProbes}, and a {@link io.genstage.test.TestSystem}
 * whose time passes when the test lets it: see {@link AutoConfigureStageProbes};</li>
 * <li>dead letters in memory, whatever the application does with them. For those in the
 * database ask by {@code properties = "genstage.dead-letters.store=jdbc"}.</li>
 * </ul>
 * A context without any stage doesn't start.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(GenStageTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(GenStageTypeExcludeFilter.class)
@AutoConfigureStageProbes
@ImportAutoConfiguration
public @interface GenStageTest {

	/**
	 * The components whose stages are tested. The others are left out with their stages,
	 * and with {@code genstage.optional-stages=*} properties of any stage are allowed.
	 * Default: all components that declare stages.
	 * @return classes that declare stages, as above
	 */
	Class<?>[] value() default {};

	/**
	 * Properties for the {@link Environment} of the test, such as
	 * {@code genstage.stages.store.max-demand=1}.
	 * @return the properties, each as {@code key=value}
	 */
	String[] properties() default {};

	/**
	 * Whether the time of the stages passes only when the test lets it, and they run on
	 * its thread. Without it they run on threads, by the clock.
	 * @return whether there is such a time
	 */
	@AliasFor(annotation = AutoConfigureStageProbes.class)
	boolean virtualTime() default true;

	/**
	 * Whether components that declare stages are in the context.
	 * @return whether they are, without being named by {@link #includeFilters}
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Which components of the application are in the context as well.
	 * @return the filters
	 */
	Filter[] includeFilters() default {};

	/**
	 * Which components of the application are left out.
	 * @return the filters
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configurations that are left out.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
