package io.genstage.boot.declaration;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;

import io.genstage.boot.handler.EventTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What is known of a bean that may be a stage or have some: behind a scoped proxy it is
 * the bean that the proxy stands for, and of a factory it is what the factory makes.
 * Nothing is created to learn it.
 */
final class StageBean {

	private final String name;

	private final String definedName;

	private final @Nullable Class<?> beanClass;

	private final @Nullable Class<?> factoryClass;

	private final @Nullable RootBeanDefinition definition;

	private StageBean(ConfigurableListableBeanFactory beanFactory, String name, String definedName) {
		this.name = name;
		this.definedName = definedName;
		this.beanClass = beanClass(beanFactory, definedName);
		this.factoryClass = factoryClass(beanFactory, definedName);
		// Last, since the bean method is found on the way to the class.
		this.definition = (beanFactory.containsBeanDefinition(definedName)
				&& beanFactory.getMergedBeanDefinition(definedName) instanceof RootBeanDefinition root) ? root : null;
	}

	/**
	 * Looks at a bean.
	 * @param beanFactory where it is
	 * @param name its name, which is that of the proxy if it is behind one
	 */
	static StageBean of(ConfigurableListableBeanFactory beanFactory, String name) {
		String behindProxy = ScopedProxyUtils.getTargetBeanName(name);
		return new StageBean(beanFactory, name, beanFactory.containsBeanDefinition(behindProxy) ? behindProxy : name);
	}

	private static @Nullable Class<?> beanClass(ConfigurableListableBeanFactory beanFactory, String name) {
		Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, name);
		// The type of a bean that exists already is that of its proxy.
		if (type != null && Proxy.isProxyClass(type) && SpringProxy.class.isAssignableFrom(type)
				&& beanFactory.containsSingleton(name)) {
			return AopProxyUtils.ultimateTargetClass(beanFactory.getBean(name));
		}
		return (type != null) ? ClassUtils.getUserClass(type) : null;
	}

	private static @Nullable Class<?> factoryClass(ConfigurableListableBeanFactory beanFactory, String name) {
		if (!beanFactory.containsBean(name) || !beanFactory.isFactoryBean(name)) {
			return null;
		}
		Class<?> type = beanFactory.getType(BeanFactory.FACTORY_BEAN_PREFIX + name, false);
		return (type != null) ? ClassUtils.getUserClass(type) : null;
	}

	/** Returns the name by which the bean is got, and by which its stage is called. */
	String name() {
		return this.name;
	}

	/**
	 * Returns the class of the bean, not that of a proxy.
	 * @return the class, or {@code null} if the factory that makes the bean doesn't say
	 */
	@Nullable Class<?> beanClass() {
		return this.beanClass;
	}

	/** Returns the name by which the factory that makes the bean is got. */
	String factoryName() {
		return BeanFactory.FACTORY_BEAN_PREFIX + this.definedName;
	}

	/**
	 * Returns the class of the factory that makes the bean.
	 * @return the class, or {@code null} if there is no factory
	 */
	@Nullable Class<?> factoryClass() {
		return this.factoryClass;
	}

	/**
	 * Returns where annotations of the bean as a whole can be: what the bean method says
	 * counts, or else what the class says, or else what the class of its factory says.
	 */
	List<AnnotatedElement> annotatedElements() {
		Method beanMethod = (this.definition != null) ? this.definition.getResolvedFactoryMethod() : null;
		return Stream.<@Nullable AnnotatedElement>of(beanMethod, this.beanClass, this.factoryClass)
			.<AnnotatedElement>mapMulti((element, elements) -> {
				if (element != null) {
					elements.accept(element);
				}
			})
			.toList();
	}

	/** Returns the declared type of the bean, with generics as far as they are known. */
	ResolvableType type() {
		ResolvableType declared = (this.definition != null) ? this.definition.getResolvableType() : ResolvableType.NONE;
		ResolvableType ofClass = typeOf(this.beanClass);
		if (this.factoryClass == null) {
			return (declared.resolve() != null) ? declared : ofClass;
		}
		// A class of its own says more than the interface by which its factory knows it.
		return Stream
			.of(ofClass.hasUnresolvableGenerics() ? ResolvableType.NONE : ofClass, made(declared),
					made(typeOf(this.factoryClass)))
			.filter(EventTypes::isKnown)
			.findFirst()
			.orElse(ofClass);
	}

	private static ResolvableType made(ResolvableType factory) {
		return factory.as(FactoryBean.class).getGeneric();
	}

	private static ResolvableType typeOf(@Nullable Class<?> type) {
		return (type != null) ? ResolvableType.forClass(type) : ResolvableType.NONE;
	}

}
