package io.genstage.howto;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.failure.EventRejectedException;
import io.genstage.source.EventQueue;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * A web request in.
 */
@GenStageTest(value = { OrderQueue.class, Bookkeeper.class },
		properties = "spring.config.location=classpath:/io/genstage/howto/web-request.yml")
class WebRequestTests {

	private static final String ORDER = "{\"id\": 1, \"customer\": \"Ann\", \"amount\": 3}";

	@Autowired
	private EventQueue<Order> orders;

	@Autowired
	private StageProbes probes;

	@Test
	void isAnsweredWhenItsOrderIsInTheQueue() throws Exception {
		mvc(this.orders).perform(json("/orders/later")).andExpect(status().isAccepted());
		assertThat(this.probes.events("book")).containsExactly(new Order(1, "Ann", 3));
	}

	@Test
	void isAnsweredWhenItsOrderIsHandled() throws Exception {
		MvcResult begun = mvc(this.orders).perform(json("/orders")).andExpect(request().asyncStarted()).andReturn();
		mvc(this.orders).perform(asyncDispatch(begun)).andExpect(status().isOk());
		assertThat(this.probes.events("book")).containsExactly(new Order(1, "Ann", 3));
	}

	@Test
	void failsWithItsOrder() throws Exception {
		this.probes.failNext("book", 1, new EventRejectedException("no such customer"));
		MvcResult begun = mvc(this.orders).perform(json("/orders")).andExpect(request().asyncStarted()).andReturn();
		assertThatThrownBy(() -> mvc(this.orders).perform(asyncDispatch(begun)))
			.hasStackTraceContaining("no such customer");
	}

	@Test
	void isRefusedWhenTheQueueIsFull() throws Exception {
		EventQueue<Order> full = new EventQueue<>(1);
		assertThat(full.offer(new Order(0, "Bob", 1))).isTrue();
		mvc(full).perform(json("/orders/later")).andExpect(status().isServiceUnavailable());
		MvcResult begun = mvc(full).perform(json("/orders")).andExpect(request().asyncStarted()).andReturn();
		mvc(full).perform(asyncDispatch(begun)).andExpect(status().isServiceUnavailable());
	}

	private static MockMvc mvc(EventQueue<Order> queue) {
		return MockMvcBuilders.standaloneSetup(new OrderController(queue)).build();
	}

	private static MockHttpServletRequestBuilder json(String path) {
		return post(path).contentType(MediaType.APPLICATION_JSON).content(ORDER);
	}

}
