package io.genstage.bookshop;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * An application with stages and other components.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
class BookshopApplication {

}
