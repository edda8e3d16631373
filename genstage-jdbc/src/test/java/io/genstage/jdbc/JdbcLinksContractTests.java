package io.genstage.jdbc;

import java.util.List;

import io.genstage.jdbc.JdbcLinks.RejectedMessage;
import io.genstage.jdbc.database.Database;
import io.genstage.link.LinkDefinition;
import io.genstage.link.LinkMessage;
import io.genstage.link.LinkProvider;
import io.genstage.test.LinkProviderContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Links in a database keep what a provider of links promises.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "slow, and the same on each JDK: runs once, on the newer one")
@ParameterizedClass
@EnumSource
class JdbcLinksContractTests extends LinkProviderContract {

	@Parameter
	private Database database;

	private CutDataSource dataSource;

	private JdbcLinks links;

	@Override
	protected LinkProvider provider() {
		return links();
	}

	private JdbcLinks links() {
		if (this.links == null) {
			this.dataSource = new CutDataSource(Schema.create(this.database.newDataSource(), this.database, "links"));
			this.links = new JdbcLinks(this.dataSource);
		}
		return this.links;
	}

	/** Drivers and servers that are used for the first time start threads, too. */
	@Override
	protected boolean mayStay(Thread thread) {
		return !thread.getName().startsWith("genstage-link-");
	}

	@AfterEach
	void restore() {
		if (this.dataSource != null) {
			this.dataSource.restore();
		}
	}

	@Override
	protected void interrupt() {
		links();
		this.dataSource.cut();
	}

	@Override
	protected void recover() {
		this.dataSource.restore();
	}

	@Override
	protected List<LinkMessage> rejected(LinkDefinition link) {
		return links().rejected(link, 0, 1000).stream().map(RejectedMessage::message).toList();
	}

}
