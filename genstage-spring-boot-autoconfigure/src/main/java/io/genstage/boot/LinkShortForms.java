package io.genstage.boot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import io.genstage.boot.declaration.EdgeDeclaration;
import io.genstage.boot.declaration.GenStageProperties.Link;
import io.genstage.boot.declaration.StageDeclaration;
import io.genstage.boot.declaration.WiringProblem;
import org.jspecify.annotations.Nullable;

/**
 * The links that annotations ask for: a stage that subscribes to a destination of others,
 * or publishes to one. What is left behind are stages that subscribe to names, and links
 * of these names, as if properties had said it.
 */
final class LinkShortForms {

	private static final String FORM = "let it be what carries it and the destination, such as 'kafka:shop.orders'";

	/** All stages; those that subscribe to an address are replaced. */
	private final Map<String, StageDeclaration> declarations;

	private final Predicate<String> isLinked;

	/** By the names of the links. */
	private final Map<String, ShortForm> forms = new LinkedHashMap<>();

	private final List<WiringProblem> problems = new ArrayList<>();

	/**
	 * Creates what reads short forms.
	 * @param declarations all annotated stages by their names
	 * @param isLinked whether properties say a link for the stage of a name
	 */
	LinkShortForms(Map<String, StageDeclaration> declarations, Predicate<String> isLinked) {
		this.declarations = declarations;
		this.isLinked = isLinked;
	}

	/** Finds the short forms, and what is wrong with them. */
	void read() {
		this.declarations.values().forEach(this::readTarget);
		this.declarations.replaceAll((name,
				stage) -> stage.withEdges(stage.edges()
					.stream()
					.map((edge) -> isAddress(edge.producer()) ? readSource(stage, edge) : edge)
					.toList()));
	}

	/** A stage may have a colon in its name. */
	private boolean isAddress(String producer) {
		return LinkAddress.isMeantBy(producer) && !this.declarations.containsKey(producer);
	}

	private void readTarget(StageDeclaration stage) {
		String target = stage.publishTo();
		if (target == null) {
			return;
		}
		LinkAddress address = LinkAddress.of(target).orElse(null);
		if (address == null) {
			report(stage, "publishes to '%s', which is no destination of a link: %s".formatted(target, FORM));
		}
		this.forms.put(stage.name(), new ShortForm(stage, target, address, true));
	}

	/**
	 * Returns a subscription to a name that is there, so that each fault is reported
	 * once.
	 */
	private EdgeDeclaration readSource(StageDeclaration stage, EdgeDeclaration edge) {
		String source = edge.producer();
		LinkAddress address = LinkAddress.of(source).orElse(null);
		if (address == null) {
			return refused(stage, edge, "which is neither a stage nor a destination of a link: " + FORM);
		}
		String link = address.destination();
		StageDeclaration here = this.declarations.get(link);
		if (here != null && !here.kind().produces()) {
			return refused(stage, edge,
					"but '%s' is the name of the %s: give that another name".formatted(link, here.place()));
		}
		if (here != null && here.publishTo() == null && !this.isLinked.test(link)) {
			report(stage,
					("subscribes to '%s', but '%s' is the name of the %s: give that another name, let it publish to "
							+ "'%s', or subscribe to '%s'")
						.formatted(source, link, here.place(), source, link));
			return new EdgeDeclaration(link, edge.attributes());
		}
		ShortForm other = this.forms.putIfAbsent(link, new ShortForm(stage, source, address, false));
		if (other != null && other.address() != null && !address.equals(other.address())) {
			return refused(stage, edge,
					("and the %s has the link '%s' as well, with '%s': subscribe to another name, with properties of "
							+ "genstage.links for it")
						.formatted(other.stage().place(), link, other.written()));
		}
		return new EdgeDeclaration(link, edge.attributes());
	}

	private EdgeDeclaration refused(StageDeclaration stage, EdgeDeclaration edge, String problem) {
		String source = edge.producer();
		if (this.forms.putIfAbsent(source, new ShortForm(stage, source, null, false)) == null) {
			report(stage, "subscribes to '%s', %s".formatted(source, problem));
		}
		return edge;
	}

	private void report(StageDeclaration stage, String problem) {
		this.problems.add(new WiringProblem(stage.place(), problem));
	}

	Set<String> names() {
		return this.forms.keySet();
	}

	/** Returns what properties would say for a link, if there is a short form of it. */
	Optional<Link> link(String name) {
		return Optional.ofNullable(this.forms.get(name)).map(ShortForm::address).map(LinkAddress::asLink);
	}

	/** Returns whether there is a short form that means no link, which is reported. */
	boolean isRefused(String name) {
		ShortForm form = this.forms.get(name);
		return form != null && form.address() == null;
	}

	/** Makes a problem of what a short form says. */
	WiringProblem problem(String name, String problem) {
		ShortForm form = this.forms.get(name);
		if (form == null) {
			throw new IllegalArgumentException("there is no short form of a link '%s'".formatted(name));
		}
		return new WiringProblem(form.stage().place(), "%s '%s', but %s"
			.formatted(form.isTarget() ? "publishes to" : "subscribes to", form.written(), problem));
	}

	List<WiringProblem> problems() {
		return this.problems;
	}

	/**
	 * What an annotation says.
	 *
	 * @param stage the stage that says it
	 * @param written what it says
	 * @param address what that means, {@code null} if it means no link
	 * @param isTarget whether the stage publishes to it
	 */
	private record ShortForm(StageDeclaration stage, String written, @Nullable LinkAddress address, boolean isTarget) {
	}

}
