package io.genstage.jdbc.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.genstage.jdbc.JdbcDeadLetterOptions;

import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

/**
 * Creates the tables of dead letters, by the names that are set.
 */
class DeadLetterSchemaInitializer extends PropertiesBasedDataSourceScriptDatabaseInitializer<JdbcDeadLetterProperties> {

	private final String table;

	DeadLetterSchemaInitializer(DataSource dataSource, JdbcDeadLetterProperties properties) {
		super(dataSource, properties);
		this.table = properties.getTable();
	}

	@Override
	protected void runScripts(Scripts scripts) {
		if (this.table.equals(JdbcDeadLetterOptions.DEFAULT_TABLE)) {
			super.runScripts(scripts);
			return;
		}
		Charset encoding = (scripts.getEncoding() != null) ? scripts.getEncoding() : StandardCharsets.UTF_8;
		List<Resource> renamed = new ArrayList<>();
		for (Resource script : scripts) {
			renamed.add(renamed(script, encoding));
		}
		super.runScripts(new Scripts(renamed).continueOnError(scripts.isContinueOnError())
			.separator(scripts.getSeparator())
			.encoding(encoding));
	}

	/** An index is in the schema of its table, and its name is without it. */
	private Resource renamed(Resource script, Charset encoding) {
		String simple = this.table.substring(this.table.indexOf('.') + 1);
		try {
			String text = script.getContentAsString(encoding)
				.replaceAll("\\b" + JdbcDeadLetterOptions.DEFAULT_TABLE + "(_count)?\\b", this.table + "$1")
				.replace(JdbcDeadLetterOptions.DEFAULT_TABLE, simple);
			return new ByteArrayResource(text.getBytes(encoding), script.getDescription());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
