package io.genstage.boot.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * Taps all stages of the application context of a test with
 * {@link io.genstage.test.StageProbes}, a bean that can be injected. A bean of that type
 * that is there already is left to tap them itself.
 *
 * <pre class="code">
 * &#064;SpringBootTest
 * &#064;AutoConfigureStageProbes
 * class ShopTests {
 * </pre>
 *
 * Before each test method, the probes have seen nothing, no call is to fail, and dead
 * letters in memory are gone. Contexts that tests share stay usable for all of them, but
 * not for several at once. In virtual time a context is closed with the test method that
 * has left events under way, or stages in another state than it found them in.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@PropertyMapping("genstage.test")
public @interface AutoConfigureStageProbes {

	/**
	 * Whether there is an immediate {@link io.genstage.test.TestSystem}, a bean that can
	 * be injected: the stages run on the test's thread, and time passes when the test
	 * lets it. A handler that waits for other threads would hold up all stages, and a
	 * producer that always has something for consumers that take it would never let the
	 * context start. A {@link io.genstage.StageSystem} of the application has precedence.
	 * @return whether time is pretended; in a {@link GenStageTest} it is by default
	 */
	boolean virtualTime() default false;

}
