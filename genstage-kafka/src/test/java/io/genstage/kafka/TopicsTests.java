package io.genstage.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkListener;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * A topic is there when each of its partitions has a leader that answers.
 */
class TopicsTests {

	private static final Node BROKER = new Node(1, "broker", 9092);

	private final Admin admin = mock(Admin.class);

	/** What leaders say in turn: nothing if all is well, or what is wrong. */
	private final Queue<RuntimeException> wrong = new ArrayDeque<>();

	private final List<Throwable> interruptions = new ArrayList<>();

	@Test
	void areWaitedForUntilEachPartitionHasALeader() throws Exception {
		this.wrong.add(new UnknownTopicOrPartitionException());
		this.wrong.add(new LeaderNotAvailableException("not yet"));
		assertThat(await()).isTrue();
		assertThat(this.wrong).isEmpty();
		verify(this.admin, times(3)).listOffsets(anyMap(), any());
		assertThat(this.interruptions).isEmpty();
	}

	@Test
	void areUsedIfTheirLeadersDoNotSay() throws Exception {
		this.wrong.add(new TopicAuthorizationException("orders"));
		assertThat(await()).isTrue();
		verify(this.admin).listOffsets(anyMap(), any());
	}

	private boolean await() throws Exception {
		TopicPartition partition = new TopicPartition("orders", 0);
		DescribeTopicsResult described = mock(DescribeTopicsResult.class);
		TopicDescription topic = new TopicDescription("orders", false,
				List.of(new TopicPartitionInfo(0, BROKER, List.of(BROKER), List.of(BROKER))));
		given(described.topicNameValues()).willReturn(Map.of("orders", KafkaFuture.completedFuture(topic)));
		given(this.admin.describeTopics(anyCollection(), any())).willReturn(described);
		given(this.admin.listOffsets(anyMap(), any()))
			.willAnswer((call) -> new ListOffsetsResult(Map.of(partition, end())));
		KafkaLinkSettings link = KafkaLinkSettings.of(LinkDefinition.of("orders"), KafkaLinkOptions.defaults());
		return Topics.await(this.admin, link, Set.of("orders"), new Standing(new Interruptions()), () -> false);
	}

	private KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo> end() {
		KafkaFutureImpl<ListOffsetsResult.ListOffsetsResultInfo> end = new KafkaFutureImpl<>();
		RuntimeException problem = this.wrong.poll();
		if (problem != null) {
			end.completeExceptionally(problem);
		}
		else {
			end.complete(new ListOffsetsResult.ListOffsetsResultInfo(0, -1, Optional.empty()));
		}
		return end;
	}

	private final class Interruptions implements LinkListener {

		@Override
		public void interrupted(Throwable cause) {
			TopicsTests.this.interruptions.add(cause);
		}

		@Override
		public void recovered() {
			// Only an interruption is of interest.
		}

		@Override
		public void failed(Throwable cause) {
			throw new AssertionError(cause);
		}

	}

}
