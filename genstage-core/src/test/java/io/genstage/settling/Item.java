package io.genstage.settling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.genstage.delivery.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * An event, with all that the account knows of it. It is equal to none but itself.
 */
final class Item {

	private final int number;

	private final int key;

	/** The deliveries of sources that it was made from: itself if it is such a one. */
	private final Set<Item> roots = new LinkedHashSet<>();

	/** All that was emitted of what was made from it, if it is a root. */
	private final List<Item> descendants = new ArrayList<>();

	/** The last word that each stage has said of it. */
	private final Map<String, Outcome> words = new HashMap<>();

	/** Where a call with it has succeeded. */
	private final Set<String> finishedAt = new LinkedHashSet<>();

	/** Where it was accepted and is not counted as handled yet. */
	private final Set<String> acceptedAt = new LinkedHashSet<>();

	private @Nullable String emitter;

	private long sequence;

	private boolean lettered;

	private @Nullable Outcome reported;

	private Item(int number, int key) {
		this.number = number;
		this.key = key;
	}

	static Item plain(int number, int key) {
		return new Item(number, key);
	}

	static Item root(int number, int key) {
		Item root = new Item(number, key);
		root.roots.add(root);
		return root;
	}

	static Item madeOf(Collection<Item> parents, int number, int key) {
		Item child = new Item(number, key);
		parents.forEach((parent) -> child.roots.addAll(parent.roots));
		return child;
	}

	int number() {
		return this.number;
	}

	int key() {
		return this.key;
	}

	Set<Item> roots() {
		return this.roots;
	}

	boolean isRoot() {
		return this.roots.contains(this);
	}

	List<Item> descendants() {
		return this.descendants;
	}

	Map<String, Outcome> words() {
		return this.words;
	}

	void finishAt(String stage) {
		this.finishedAt.add(stage);
	}

	/** A stage has accepted it, which counts it as handled afterwards. */
	void acceptAt(String stage) {
		this.acceptedAt.add(stage);
	}

	/** Returns, once, whether a stage has accepted it before it counts it as handled. */
	boolean countsAt(String stage) {
		return this.acceptedAt.remove(stage);
	}

	/** Returns where it was accepted and is not counted as handled. */
	Set<String> acceptedAt() {
		return this.acceptedAt;
	}

	boolean isFinishedAt(String stage) {
		return this.finishedAt.contains(stage);
	}

	void emitBy(String stage, long sequence) {
		this.emitter = stage;
		this.sequence = sequence;
	}

	@Nullable String emitter() {
		return this.emitter;
	}

	long sequence() {
		return this.sequence;
	}

	void storeLetter() {
		this.lettered = true;
	}

	boolean hasLetter() {
		return this.lettered;
	}

	void report(Outcome outcome) {
		this.reported = outcome;
	}

	@Nullable Outcome reported() {
		return this.reported;
	}

	@Override
	public String toString() {
		return (isRoot() ? "root " : this.roots.isEmpty() ? "plain " : "child ") + this.number;
	}

}
