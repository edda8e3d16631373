package io.genstage.examples;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import io.genstage.Caller;
import io.genstage.ConsumerStage;
import io.genstage.ProducerStage;
import io.genstage.StageOptions;
import io.genstage.StageRef;
import io.genstage.StageSystem;
import io.genstage.SubscribeOptions;
import io.genstage.Subscription;
import io.genstage.dispatch.Dispatchers;

// tag::announcing[]
class Announcing {

	static class Announcer implements ProducerStage<String> {

		private final Queue<Announcement> waiting = new ArrayDeque<>();

		private long demand;

		@Override
		public List<String> handleDemand(long demand) {
			this.demand += demand;
			return takeDemanded();
		}

		@Override
		public List<String> onCall(Object text, Caller caller) {
			this.waiting.add(new Announcement((String) text, caller));
			return takeDemanded();
		}

		private List<String> takeDemanded() {
			List<String> taken = new ArrayList<>();
			while (this.demand > 0 && !this.waiting.isEmpty()) {
				Announcement next = this.waiting.remove();
				next.caller().reply("announced");
				taken.add(next.text());
				this.demand--;
			}
			return taken;
		}

		private record Announcement(String text, Caller caller) {
		}

	}

	static class Listener implements ConsumerStage<String> {

		private final List<String> heard = new ArrayList<>();

		@Override
		public void handleEvents(List<String> announcements, Subscription from) {
			this.heard.addAll(announcements);
		}

	}

	public static void main(String[] arguments) {
		try (StageSystem system = StageSystem.create()) {
			StageRef announcer = system.start("announcer", new Announcer(),
					StageOptions.defaults().withDispatcher(Dispatchers.broadcast()));
			Listener guest = new Listener();
			Listener firefighter = new Listener();
			SubscribeOptions all = SubscribeOptions.defaults().withMaxDemand(10);
			SubscribeOptions urgent = all.withSelector((Object text) -> ((String) text).startsWith("fire"));
			List<StageRef> listeners = List.of(system.start("guest", guest), system.start("firefighter", firefighter));
			listeners.get(0).subscribeTo(announcer, all).toCompletableFuture().join();
			listeners.get(1).subscribeTo(announcer, urgent).toCompletableFuture().join();

			for (String text : List.of("lunch is ready", "fire in the kitchen", "lunch is cancelled")) {
				Object answer = announcer.call(text, Duration.ofSeconds(5)).toCompletableFuture().join();
				System.out.println(text + ": " + answer);
			}

			announcer.drain();
			listeners.forEach((listener) -> listener.whenStopped().toCompletableFuture().join());
			System.out.println("guest: " + guest.heard);
			System.out.println("firefighter: " + firefighter.heard);
		}
	}

}
// end::announcing[]
