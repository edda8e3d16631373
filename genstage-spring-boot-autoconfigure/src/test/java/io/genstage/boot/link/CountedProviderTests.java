package io.genstage.boot.link;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

import io.genstage.link.LinkProvider;
import io.genstage.link.LinkReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What counts passes all on that it doesn't count. The methods are read from the
 * interfaces, so that a new one can't be forgotten.
 */
class CountedProviderTests {

	@Test
	void passesOnAllThatAProviderSays() {
		assertThat(LinkProvider.class.getMethods()).allSatisfy((method) -> overrides(CountedProvider.class, method));
	}

	@Test
	void passesOnAllThatAReaderSays() {
		assertThat(LinkReader.class.getMethods()).allSatisfy((method) -> overrides(CountedReader.class, method));
	}

	private static void overrides(Class<?> counting, Method method) {
		assertThat(counting.getDeclaredMethods())
			.anySatisfy((own) -> assertThat(own.getName()).isEqualTo(method.getName()))
			.anySatisfy((own) -> assertThat(Arrays.asList(own.getParameterTypes()))
				.isEqualTo(Arrays.asList(method.getParameterTypes())));
		assertThat(Modifier.isStatic(method.getModifiers())).isFalse();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void saysWhetherRetriesAreKept(boolean keeps) {
		LinkProvider provider = mock(LinkProvider.class);
		given(provider.keepsRetries()).willReturn(keeps);
		assertThat(new CountedProvider(provider, (link) -> new LinkCounts()).keepsRetries()).isEqualTo(keeps);
	}

}
