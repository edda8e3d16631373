package io.genstage.boot;

import java.util.List;

import io.genstage.StageKind;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.table.SettingTable;
import io.genstage.boot.table.SettingValues;

/**
 * The stages that a link needs in this application, by their names: one that sends, and
 * one that receives messages with one that reads them.
 *
 * @param link the name of the link
 */
record LinkStages(String link) {

	/** Confirmations come much later than the next event. */
	private static final SettingValues SENDING = new SettingValues.Builder().say(SettingTable.IN_FLIGHT, 500).build();

	/** What can't be read can't be read later; and each application takes its share. */
	private static final SettingValues READING = new SettingValues.Builder().say(SettingTable.MAX_RETRIES, 0)
		.say(SettingTable.MAX_DEMAND, 100)
		.build();

	String sender() {
		return this.link + "-to-link";
	}

	String receiver() {
		return this.link + "-from-link";
	}

	String reader() {
		return this.link + "-read";
	}

	List<String> names() {
		return List.of(sender(), receiver(), reader());
	}

	/** Declares the end that sends what the stage emits that has the link's name. */
	StageDeclaration sending() {
		return StageDeclaration.ofLink(sender(), StageKind.CONSUMER, this.link, List.of(this.link), SENDING);
	}

	/** Declares the end that receives. */
	List<StageDeclaration> receiving() {
		return List.of(
				StageDeclaration.ofLink(receiver(), StageKind.PRODUCER, this.link, List.of(), SettingValues.NONE),
				StageDeclaration.ofLink(reader(), StageKind.PRODUCER_CONSUMER, this.link, List.of(receiver()),
						READING));
	}

	/** Declares the stage of another application that subscriptions here are to. */
	StageDeclaration elsewhere() {
		return StageDeclaration.ofLink(this.link, StageKind.PRODUCER_CONSUMER, this.link, List.of(),
				SettingValues.NONE);
	}

}
