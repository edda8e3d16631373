package io.genstage.jdbc.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;

/**
 * How many connections a pool has.
 */
final class PoolSize {

	private PoolSize() {
	}

	/**
	 * Returns how many connections there are at most, 0 if it isn't known.
	 * @param dataSource has the connections
	 * @param pools know pools
	 */
	static int of(DataSource dataSource, ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		DataSourcePoolMetadata pool = new CompositeDataSourcePoolMetadataProvider(pools.orderedStream().toList())
			.getDataSourcePoolMetadata(dataSource);
		Integer connections = (pool != null) ? pool.getMax() : null;
		return (connections != null) ? Math.max(0, connections) : 0;
	}

}
