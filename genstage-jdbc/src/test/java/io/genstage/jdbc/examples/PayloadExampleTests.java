package io.genstage.jdbc.examples;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

import io.genstage.jdbc.JsonPayloadCodec;
import io.genstage.jdbc.PayloadCodec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A codec with another one within it.
 */
class PayloadExampleTests {

	@Test
	void sealsWhatIsWritten() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Payloads.class)) {
			PayloadCodec codec = context.getBean(PayloadCodec.class);
			byte[] payload = codec.write("secret");
			assertThat(new String(payload, StandardCharsets.UTF_8)).doesNotContain("secret");
			assertThat(codec.read(payload, codec.contentType(), String.class)).isEqualTo("secret");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Payloads {

		@Bean
		JsonMapper mapper() {
			return JsonMapper.builder().build();
		}

		@Bean
		Vault vault() {
			return new Vault((byte) 0x5A);
		}

		// tag::sealed[]
		@Bean
		PayloadCodec sealedPayloads(JsonMapper mapper, Vault vault) {
			return new SealedCodec(new JsonPayloadCodec(mapper), vault);
		}
		// end::sealed[]

	}

	record SealedCodec(JsonPayloadCodec json, Vault vault) implements PayloadCodec {

		@Override
		public String contentType() {
			return "application/json+sealed";
		}

		@Override
		public byte[] write(Object event) {
			return this.vault.turned(this.json.write(event));
		}

		@Override
		public Object read(byte[] payload, String contentType, Type type) {
			return contentType.equals(contentType())
					? this.json.read(this.vault.turned(payload), this.json.contentType(), type)
					: this.json.read(payload, contentType, type);
		}

	}

	/** Stands for one that knows how to keep a secret. */
	record Vault(byte key) {

		byte[] turned(byte[] bytes) {
			byte[] turned = bytes.clone();
			for (int index = 0; index < turned.length; index++) {
				turned[index] ^= this.key;
			}
			return turned;
		}

	}

}
